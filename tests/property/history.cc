#include "tests/property/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "tests/property/player.h"

namespace capmarket::property {

std::ostream& operator<<(std::ostream& out, const Command& c) {
  const char* name = "?";
  for (const auto& row : kCommands)
    if (row.what == c.what) name = row.name;
  return out << name << '(' << c.a << ' ' << c.b << ' ' << c.c << ' ' << c.d << ' ' << c.e << ' '
             << c.f << ')';
}

rc::Gen<std::vector<Command>> history(const std::set<std::string>& often) {
  std::vector<int> bag;
  for (const auto& row : kCommands)
    bag.insert(bag.end(), static_cast<std::size_t>(often.contains(row.name) ? 24 : row.weight),
               row.what);
  auto small = rc::gen::inRange(0, 6);
  auto command = rc::gen::build<Command>(
      rc::gen::set(&Command::what, rc::gen::noShrink(rc::gen::elementOf(bag))),
      rc::gen::set(&Command::a, small), rc::gen::set(&Command::b, small),
      rc::gen::set(&Command::c, small), rc::gen::set(&Command::d, small),
      rc::gen::set(&Command::e, small), rc::gen::set(&Command::f, small));
  // Sizes inside ranges must not follow the length of the history.
  return rc::gen::container<std::vector<Command>>(rc::gen::resize(rc::kNominalSize, command));
}

std::vector<std::string> too_rare(Statistics& statistics, std::int64_t at_least) {
  std::vector<std::string> out, kinds(std::begin(kOtherKinds), std::end(kOtherKinds));
  for (const char* kind : kCoverKinds) kinds.push_back(std::string("cover: ") + kind);
  for (const std::string& kind : kinds) {
    const std::int64_t drawn = statistics.counts[kind];
    std::cout << kind << ": " << drawn << '\n';
    if (drawn < at_least) out.push_back(fmt::format("{}: {}", kind, drawn));
  }
  return out;
}

void run(World& world, const std::vector<Command>& history, Statistics& statistics, bool observed) {
  Player player(world, statistics, observed);
  // Something to trade with from the start.
  for (int i = 0; i < 4; ++i) player.play({kDeclare, i, 0, 5, i < 2 ? 5 : 0, 0, 3});
  auto previous = world.chain().size();
  for (const Command& c : history) {
    set_check_context(rc::toString(c));
    player.play(c);
    if (!world.slow.complaints.empty()) return;
  }
  // What was claimed and reviewed comes to its end.
  world.now = world.now + Duration(31 * kNanosPerSecond);
  world.tick();
  statistics.add("leaves", world.chain().size() - previous);
}

std::vector<MarketSetUp> all_setups() {
  std::vector<MarketSetUp> out;
  int variant = 0;
  for (rules::CoordinationMode c : {rules::CoordinationMode::none, rules::CoordinationMode::single,
                             rules::CoordinationMode::sharded, rules::CoordinationMode::peer})
    for (rules::PricingMode p : {rules::PricingMode::fixed, rules::PricingMode::negotiated, rules::PricingMode::discovered})
      out.push_back({c, p, variant++});
  return out;
}

namespace {

void history_holds(const MarketSetUp& setup, Statistics& statistics, const Afterwards& afterwards) {
  auto commands = *rc::gen::resize(100, history());
  World world(setup);
  run(world, commands, statistics);
  std::vector<std::string>& complaints = world.slow.complaints;
  if (complaints.empty()) world.compare_state();
  if (complaints.empty()) world.replay_again();
  if (complaints.empty() && afterwards)
    if (std::string complaint = afterwards(world); !complaint.empty())
      complaints.push_back(complaint);
  if (!complaints.empty()) RC_FAIL(complaints.front());
  statistics.add("histories");
  statistics.add("commands", static_cast<std::int64_t>(commands.size()));
  for (const auto& [id, record] : world.chain().state().objects)
    if (objects::is_derived(record.kind))
      statistics.add(std::string(capmarket::objects::to_text(record.kind)) + " admitted");
}

}  // namespace

bool histories_hold(const MarketSetUp& setup, int count, std::uint64_t seed, Statistics& statistics,
                    const Afterwards& afterwards) {
  rc::detail::TestMetadata metadata;
  metadata.description = to_text(setup);
  rc::detail::TestParams params;
  params.seed = seed * 1000 + static_cast<std::uint64_t>(setup.variant);
  params.maxSuccess = count;
  auto property = [&] { history_holds(setup, statistics, afterwards); };
  auto result = rc::detail::checkTestable(property, metadata, params);
  if (result.template is<rc::detail::SuccessResult>()) return true;
  std::cout << "set-up: " << to_text(setup) << '\n';
  rc::detail::printResultMessage(result, std::cout);
  std::cout << std::endl;
  return false;
}

}  // namespace capmarket::property
