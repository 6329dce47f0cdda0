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
  bool capped = false;       // one user has at most four of basic
  bool clock = false;        // no leg of silver displaces that starts in the clock's fifth hour
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
  bool fifth_hour = false;  // the leg starts in it
};
/// The clock of a rule with one: it is midnight, from the sixth second on five, from the tenth
/// noon.
std::string clock_text();
bool slow_fifth_hour(Instant start);

bool slow_eligible(const std::string& tier, const objects::CredentialGrant& user);
bool slow_displaces(const std::string& tier, const SlowVictim& victim);
/// Compensation in the version; below zero perhaps.
std::int64_t slow_compensation(std::int64_t version, const std::string& tier,
                               const SlowVictim& victim);

}  // namespace capmarket::property
