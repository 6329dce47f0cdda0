// The tiers of the histories' rules: the text that the chain parses, and the same in C++.
#pragma once

#include <string>

#include "model/objects/object.h"

namespace capmarket::property {

/// How the rule of a history differs from the plain one.
struct TierOptions {
  bool second = false;  // the successor's compensations
  std::string order = "latest-first";
  bool quotas = false;   // basic at most half; a third set aside for gold
  bool aside = false;    // a third set aside for basic, which others displace
  bool min_run = false;  // basic runs two seconds
  bool stop_within = false;  // whom gold displaces has three seconds to stop
};
std::string tiers_text(const TierOptions& options);

/// What a displacement of a victim depends on here.
struct SlowVictim {
  std::int64_t rank = 0;
  std::int64_t quantity = 0;  // the largest of its part
  std::int64_t value = 0;     // V of what would be released
  std::int64_t notice = 0;    // nanoseconds
  std::int64_t released = 0;  // the largest quantity
  std::int64_t times_displaced = 0;
};

bool slow_eligible(const std::string& tier, const objects::CredentialGrant& user);
bool slow_displaces(const std::string& tier, const SlowVictim& victim);
/// Compensation in the version; below zero perhaps.
std::int64_t slow_compensation(std::int64_t version, const std::string& tier,
                               const SlowVictim& victim);

}  // namespace capmarket::property
