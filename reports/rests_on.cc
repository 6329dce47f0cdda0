#include "reports/rests_on.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "model/base/visible.h"

namespace capmarket::reports {

using Json = nlohmann::ordered_json;

namespace {

constexpr const char* kNobody = "taken from the directory itself: nobody outside vouches for it";

std::string scheme_says(const trace::VerifyReport& r) {
  return r.audit.scheme == crypto::Scheme::mac
             ? "mac: no security, anybody who reads the chain can forge"
             : "ed25519";
}

std::string keys_say(const trace::VerifyReport& r) {
  if (!r.rests_on.simulated) return "nothing here says who holds them";
  return r.audit.log_key == r.audit.first_log_key
             ? "simulated: they follow from the seed in run.json; shows consistency, not authorship"
             : "simulated: they follow from the seed in run.json, but for the log's, which has "
               "changed since; shows consistency, not authorship";
}

std::string vouched(std::optional<bool> expected, const char* option) {
  if (!expected) return fmt::format("{} (give {})", kNobody, option);
  return *expected ? "as expected" : "not the one that was expected";
}

std::string checkpoint_says(const trace::VerifyReport& r) {
  const trace::RestsOn& on = r.rests_on;
  if (!on.since) return fmt::format("{}: an older state may stand here (give --since)", kNobody);
  return on.goes_on ? fmt::format("goes on from the one of {} entries that was expected", *on.since)
                    : fmt::format("not shown to go on from the one of {} entries", *on.since);
}

std::string witnesses_say(const trace::VerifyReport& r) {
  const trace::RestsOn& on = r.rests_on;
  std::string out = fmt::format("{} line{} of others than the log, {} checked by a key given",
                                on.other_lines, on.other_lines == 1 ? "" : "s", on.cosigned.size());
  const bool unchecked = on.other_lines > static_cast<std::int64_t>(on.cosigned.size());
  return out + (unchecked ? " (give --witness)" : "");
}

}  // namespace

nlohmann::ordered_json rests_on_json(const trace::VerifyReport& r) {
  const trace::RestsOn& on = r.rests_on;
  Json cosigned = Json::array();
  for (const auto& [name, time] : on.cosigned) cosigned.push_back({{"name", name}, {"time", time}});
  Json receipt = nullptr;
  if (r.receipt && r.receipt->there)
    receipt = {{"compared", r.receipt->compared}, {"not_compared", r.receipt->not_compared}};
  return {{"scheme", scheme_says(r)},
          {"keys", keys_say(r)},
          {"simulated", on.simulated},
          {"chain_id", {{"expected", on.chain_expected.value_or(false)}}},
          {"log_key", {{"key", to_hex(r.audit.log_key)}, {"expected", on.log_key_expected.value_or(false)}}},
          {"checkpoint",
           {{"size", r.audit.size},
            {"since", on.since ? Json(*on.since) : Json()},
            {"goes_on", on.goes_on}}},
          {"witnesses", {{"lines", on.other_lines}, {"checked", std::move(cosigned)}}},
          {"receipt", std::move(receipt)}};
}

std::string rests_on_text(const trace::VerifyReport& r) {
  const trace::RestsOn& on = r.rests_on;
  std::string out = "  rests on\n";
  auto line = [&](const char* what, const std::string& says) {
    out += fmt::format("    {:<11} {}\n", what, says);
  };
  line("signatures", scheme_says(r));
  line("keys", keys_say(r));
  line("chain id", vouched(on.chain_expected, "--chain-id"));
  line("log key",
       fmt::format("{} {}", to_hex(r.audit.log_key), vouched(on.log_key_expected, "--log-key")));
  line("checkpoint", checkpoint_says(r));
  line("witnesses", witnesses_say(r));
  for (const auto& [name, time] : on.cosigned)
    line("", fmt::format("{} at {} seconds since 1970", visible(name), time));
  if (r.theorems.empty() && (!r.solver || r.audit.damaged))
    line("proofs", fmt::format("none of INV-1 and INV-2: {}",
                               r.solver ? "the bytes are damaged" : "--solver none"));
  if (r.receipt && r.receipt->there) {
    for (const std::string& what : r.receipt->compared) line("compared", what);
    for (const std::string& what : r.receipt->not_compared) line("not", what);
  }
  return out;
}

}  // namespace capmarket::reports
