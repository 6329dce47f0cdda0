// Where the volume of a request went. Source: docs/spec/semantics.md#closing-a-request.
#pragma once

#include "model/chain/state.h"
#include "sim/run/metrics.h"

namespace capmarket::run {

/// requested = live + displaced + failed + released + unmet + open.
struct Account {
  Volume requested;
  Volume live;
  Volume displaced;
  Volume failed;
  Volume released;
  Volume unmet;  // of a closed request
  Volume open;   // of an open one
};

/// As it stands now, whether the request is closed or not. O(n^2) in its losses.
Account account_of(const chain::RequestRecord& request);
/// The same of the instants of `time` alone.
Account account_in(const chain::RequestRecord& request, const Window& time);
/// What is live of the request inside `time` beyond a quantity, at each instant.
Volume live_beyond(const chain::RequestRecord& request, Quantity quantity, const Window& time);
/// Adds the account's volumes.
void add_account(VolumeCount& to, const Account& account);

}  // namespace capmarket::run
