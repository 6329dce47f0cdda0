#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "model/chain/pruned.h"
#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "model/crypto/hash.h"
#include "tests/fuzz/chain_input.h"
#include "tests/fuzz/harness.h"
#include "tests/support/parties.h"
#include "tests/verify/audit/forgeries.h"
#include "verify/audit/audit.h"

namespace capmarket::fuzz {
namespace {

using testing::ForgedEntry;
using Entries = std::vector<ForgedEntry>;

/// The chains that are forged, in the order of their names.
const std::vector<std::vector<log::Frame>>& chains() {
  static const std::vector<std::vector<log::Frame>> all = [] {
    std::map<std::string, std::vector<log::Frame>> out;
    for (const auto& file :
         std::filesystem::directory_iterator(CAPMARKET_SOURCE_DIR "/tests/fuzz/seeds/chain")) {
      const std::string bytes = testing::read_bytes(file.path());
      out[file.path().filename()] = parse_chain_input(as_bytes(bytes)).frames;
    }
    std::vector<std::vector<log::Frame>> frames;
    for (auto& [name, f] : out) frames.push_back(std::move(f));
    return frames;
  }();
  return all;
}

/// What is done to the entries beside the forgeries of tests/verify/audit/forgeries.h.
enum class Step : std::uint8_t {
  pruned,       // entries lose their bodies, and a Pruning lists them
  body_gone,    // one loses it, listed or not
  body_of,      // one gets the body of another
  runs,         // of a Pruning
  ticked,       // a Tick is put in
  recovered,    // a Recovery
  key_changed,  // a change of the log's key, signed by both
  corrupted,    // any field of any object
  copied,       // an entry, anywhere
  removed,      // any entry
  swapped,      // any two neighbours
  shifted,      // all times from an entry on
  body_byte,    // of a body; the leaf names what comes of it
  salted,       // another salt, and all names that follow
};
constexpr std::size_t kSteps = static_cast<std::size_t>(Step::salted) + 1;

/// One step of an input: three bytes behind what is done.
struct Draw {
  std::uint8_t what, place;
  std::uint16_t more;
  std::size_t at(const Entries& e) const { return place % e.size(); }
};

auto iterator(Entries& e, std::size_t at) { return e.begin() + static_cast<std::ptrdiff_t>(at); }

/// An object of the writer, at the time of the entry before, or its own.
ForgedEntry said(const objects::Object& object, Instant time) {
  const Bytes body = objects::encode_object(object);
  ForgedEntry out;
  out.leaf.kind = objects::kind_of(object);
  out.leaf.time = time;
  out.leaf.id = crypto::content_id(body);
  out.leaf.signatures = objects::hash_signatures({});
  out.payload = objects::encode_payload(body, {});
  return out;
}

void put_in(Entries& e, std::size_t at, ForgedEntry entry) {
  e.insert(iterator(e, at), std::move(entry));
}

/// Of the entries around the place those that may go, with a Pruning at the end or amid the others.
void prune(Entries& e, const Draw& d) {
  std::vector<std::int64_t> going;
  const std::size_t width = 1 + d.more % 8;
  const bool near = (d.more & 0x100) != 0;
  const std::size_t end = near ? std::min(e.size(), d.at(e) + width) : e.size();
  for (std::size_t i = d.at(e); i < end; ++i) {
    const bool taken = near || objects::is_prunable(e[i].leaf.kind);
    if (!taken || e[i].payload.empty()) continue;
    if ((d.more & 0x200) == 0) e[i].payload.clear();  // else the body is still there
    going.push_back(static_cast<std::int64_t>(i));
  }
  if (going.empty()) return;
  const std::size_t at = (d.more & 0x400) == 0 ? e.size() : end;
  for (const objects::Pruning& p : chain::prunings_of(going, static_cast<std::int64_t>(at)))
    put_in(e, at, said(p, e[at - 1].leaf.time));
}

/// The runs of the last Pruning at or before the place, or of the last one.
void change_runs(Entries& e, const Draw& d) {
  for (std::size_t n = 0; n < e.size(); ++n) {
    ForgedEntry& entry = e[(d.at(e) + e.size() - n) % e.size()];
    if (entry.leaf.kind != objects::Kind::pruning) continue;
    auto raw = objects::decode_payload(entry.leaf.kind, entry.payload);
    auto object =
        raw ? objects::decode_object(entry.leaf.kind, raw->body) : tl::unexpected(raw.error());
    if (!object) return;
    auto& pruning = std::get<objects::Pruning>(*object);
    const std::array<std::int64_t, 8> values = {0, 1, 2, -1, kWireMax, 3, 5, 7};
    const std::int64_t value = values[d.more >> 8 & 7];
    auto& runs = pruning.runs;
    const std::size_t at = runs.empty() ? 0 : d.more % runs.size();
    switch (d.more >> 11 & 7) {
      case 0:
        runs.push_back(value);
        break;
      case 1:
        if (!runs.empty()) runs.pop_back();
        break;
      case 2:
        runs.clear();
        break;
      case 3:
        pruning.entries += value - 2;
        break;
      case 4:
        if (!runs.empty()) runs[at] = value;
        break;
      default:
        if (!runs.empty()) runs[at] += (d.more & 0x4000) != 0 ? 1 : -1;
    }
    entry = said(pruning, entry.leaf.time);
    return;
  }
}

/// Another byte of the body; the leaf names what comes of it, under the old signatures.
void change_byte(ForgedEntry& e, const Draw& d) {
  auto raw = objects::decode_payload(e.leaf.kind, e.payload);
  if (!raw || raw->body.empty()) return;
  raw->body[d.more % raw->body.size()] ^= static_cast<std::uint8_t>(1 << d.place / 32);
  e.leaf.id = crypto::content_id(raw->body);
  e.payload = objects::encode_payload(raw->body, raw->signatures);
}

void change_salt(Entries& e, const crypto::Signing& signing, const Draw& d) {
  audit::HostileLog log(e, signing);
  if (!log.can_be_read(d.at(e))) return;
  objects::Object object = log.object_of(d.at(e));
  std::visit(
      [&](auto& o) {
        if constexpr (requires { o.salt; }) o.salt.bytes[d.more % o.salt.bytes.size()] ^= 1;
      },
      object);
  log.put(d.at(e), object);
}

void shift(Entries& e, const Draw& d) {
  const std::array<std::int64_t, 4> widths = {1, kNanosPerSecond, 3600 * kNanosPerSecond,
                                              400 * 24 * 3600 * kNanosPerSecond};
  const Duration by(widths[d.more % 4] * ((d.more & 4) != 0 ? -1 : 1));
  for (std::size_t i = d.at(e); i < e.size(); ++i) e[i].leaf.time = e[i].leaf.time + by;
}

void say(Step step, Entries& e, const Draw& d) {
  const std::size_t at = 1 + d.place % e.size();
  const Instant before = e[at - 1].leaf.time;
  const auto entries = static_cast<std::int64_t>(at);
  if (step == Step::ticked) {
    const Instant then = before + Duration(d.more * (kNanosPerSecond / 8));
    return put_in(e, at, said(objects::Tick{{}, (d.more & 1) != 0 ? before : then}, then));
  }
  if (step == Step::recovered) {
    const Digest digest = crypto::sha256(Bytes{static_cast<std::uint8_t>(d.more & 1)});
    return put_in(
        e, at,
        said(objects::Recovery{{}, entries - (d.more >> 8 & 1), d.more >> 9, digest}, before));
  }
  const std::vector<log::Frame> frames = linked(Entries(e.begin(), iterator(e, at)));
  const auto& next = testing::numbered_key(d.more % 2 == 0 ? kLogKeys[1] : d.more >> 8);
  put_in(e, at,
         said(objects::change_log_key(e[0].leaf.id, entries, signing_key(frames), next), before));
}

void take(Step step, Entries& e, const crypto::Signing& signing, const Draw& d) {
  audit::Random random(d.more);
  switch (step) {
    case Step::pruned:
      return prune(e, d);
    case Step::body_gone:
      return e[d.at(e)].payload.clear();
    case Step::body_of:
      e[d.at(e)].payload = Bytes(e[d.more % e.size()].payload);
      return;
    case Step::runs:
      return change_runs(e, d);
    case Step::ticked:
    case Step::recovered:
    case Step::key_changed:
      return say(step, e, d);
    case Step::corrupted:
      audit::HostileLog(e, signing).corrupt(d.at(e), random);
      return;
    case Step::copied:
      return put_in(e, 1 + d.more % e.size(), ForgedEntry(e[d.at(e)]));
    case Step::removed:
      if (e.size() > 1) e.erase(iterator(e, d.at(e)));
      return;
    case Step::swapped:
      return std::swap(e[d.at(e)], e[(d.at(e) + 1) % e.size()]);
    case Step::shifted:
      return shift(e, d);
    case Step::body_byte:
      return change_byte(e[d.at(e)], d);
    case Step::salted:
      return change_salt(e, signing, d);
  }
}

/// Renumbered, linked and signed again, as the whole log.
void write(const Entries& entries, const std::string& dir) {
  ChainInput out;
  out.repair = Repair::signed_end;
  out.frames = linked(entries);
  write_chain_input(std::move(out), dir);
}

[[noreturn]] void tell_difference(const Result<audit::AuditReport>& report,
                                  const Result<chain::Chain>& again) {
  if (!again)
    std::fprintf(stderr, "the audit accepts, replay does not: %s\n",
                 to_text(again.error()).c_str());
  else if (!report)
    std::fprintf(stderr, "replay accepts, the audit: %s\n", to_text(report.error()).c_str());
  else
    for (const audit::AuditViolation& v : report->violations)
      std::fprintf(stderr, "replay accepts, the audit: entry %lld: %s\n",
                   static_cast<long long>(v.sequence), v.detail.c_str());
  expect(false, "replay accepts what the audit accepts, and nothing else");
  std::abort();
}

}  // namespace

bool replay(ByteView bytes) {
  if (bytes.empty()) return false;
  const std::vector<log::Frame>& frames = chains()[bytes[0] % chains().size()];
  const crypto::Signing signing = signing_of(frames);
  Entries entries = entries_of(frames);
  constexpr std::size_t kForms = audit::kForgeries + kSteps;
  for (std::size_t i = 1; i + 4 <= bytes.size() && i < 4 * 16; i += 4) {
    const Draw d{bytes[i], bytes[i + 1],
                 static_cast<std::uint16_t>(bytes[i + 2] | bytes[i + 3] << 8)};
    const std::size_t form = d.what % kForms;
    audit::Random random(d.place | static_cast<unsigned>(d.more) << 8);
    if (form >= audit::kForgeries)
      take(static_cast<Step>(form - audit::kForgeries), entries, signing, d);
    else if (entries.size() > 1)
      audit::forge(static_cast<audit::Forgery>(form), entries, signing, random);
  }
  const std::string dir = scratch() + "/chain";
  write(entries, dir);
  audit::AuditOptions options;
  options.threads = 1;
  const auto report = audit::audit_chain(dir, options);
  auto reader = chain::ChainReader::open(dir);
  const auto again = reader ? chain::replay(*reader) : tl::unexpected(reader.error());
  const bool held = report && report->holds();
  if (held != again.has_value()) tell_difference(report, again);
  if (!held) return false;
  expect(again->root() == report->root, "audit and replay come to the same root");
  std::vector<std::int64_t> refusals;
  for (Sequence n : again->not_redecided()) refusals.push_back(n.value);
  expect(refusals == report->not_redecided, "both let the same refusals stand");
  return bytes.size() > 4;
}

}  // namespace capmarket::fuzz
