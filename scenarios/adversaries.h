// What each attack is: who turns, whether it is a fraud for gain, and which keys say more of it.
#pragma once

#include <span>
#include <string_view>

#include "scenarios/parties.h"

namespace capmarket::scenarios {

/// Who turns; `count` of them.
enum class Turns : std::uint8_t { users, publishers, directories, coordinators, log };

struct AttackRow {
  Attack attack;
  Turns who;
  bool fraud = false;  // well-formed, and measured against its honest twin
  /// Keys of the entry that it takes beside `attack`, `count` and, of a fraud, `twin`; those with !
  /// must be there.
  std::string_view keys;
  std::string_view meaning;
};

/// A row for each attack, in the order of kAttacks.
std::span<const AttackRow> attack_rows();
const AttackRow& row_of(Attack attack);

/// The rows as a Markdown table, for docs/spec/scenarios.md#adversaries.
std::string attacks_table();

}  // namespace capmarket::scenarios
