#include "verify/fuzz/minimise.h"

#include <algorithm>
#include <set>
#include <string>

namespace capmarket::fuzz {
namespace {

/// `NAME` or `NAME.K`, a leg of it.
bool names(const std::string& reference, const std::string& name) {
  return reference == name || (reference.starts_with(name) && reference.size() > name.size() &&
                               reference[name.size()] == '.');
}

bool depends(const scenarios::ScriptStep& step, const std::string& name) {
  const bool makes = step.kind == scenarios::StepKind::declare || step.kind == scenarios::StepKind::request ||
                     step.kind == scenarios::StepKind::settle;
  if (!makes && names(step.name, name)) return true;
  if (std::find(step.of.begin(), step.of.end(), name) != step.of.end()) return true;
  for (const scenarios::ScriptLeg& l : step.legs) {
    if (l.request == name || l.declaration == name || names(l.replaces, name)) return true;
  }
  return false;
}

/// The steps without number `gone`, and without what needs it.
std::vector<scenarios::ScriptStep> without(const std::vector<scenarios::ScriptStep>& steps, std::size_t gone) {
  std::set<std::string> lost;
  std::vector<scenarios::ScriptStep> out(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(gone));
  auto drop = [&](const scenarios::ScriptStep& s) {
    if (s.kind == scenarios::StepKind::declare || s.kind == scenarios::StepKind::request || s.kind == scenarios::StepKind::settle)
      lost.insert(s.name);
  };
  drop(steps[gone]);
  for (std::size_t i = gone + 1; i < steps.size(); ++i) {
    bool needs = std::any_of(lost.begin(), lost.end(),
                             [&](const std::string& n) { return depends(steps[i], n); });
    if (needs)
      drop(steps[i]);
    else
      out.push_back(steps[i]);
  }
  return out;
}

/// The steps with one leg less in the settlement number `i`; none where a later step is about a leg
/// after its first.
std::vector<std::vector<scenarios::ScriptStep>> with_fewer_legs(
    const std::vector<scenarios::ScriptStep>& steps, std::size_t i) {
  std::vector<std::vector<scenarios::ScriptStep>> out;
  const scenarios::ScriptStep& settle = steps[i];
  if (settle.kind != scenarios::StepKind::settle || settle.legs.size() < 2) return out;
  const std::string later = settle.name + ".";
  for (std::size_t n = i + 1; n < steps.size(); ++n) {
    if (steps[n].name.starts_with(later)) return out;
    for (const scenarios::ScriptLeg& l : steps[n].legs)
      if (l.replaces.starts_with(later)) return out;
  }
  for (std::size_t leg = settle.legs.size(); leg-- > 0;) {
    out.push_back(steps);
    auto& legs = out.back()[i].legs;
    legs.erase(legs.begin() + static_cast<std::ptrdiff_t>(leg));
  }
  return out;
}

}  // namespace

std::vector<scenarios::ScriptStep> minimised(
    std::vector<scenarios::ScriptStep> steps,
    const std::function<bool(const std::vector<scenarios::ScriptStep>&)>& still_fails) {
  for (bool progress = true; progress;) {
    progress = false;
    for (std::size_t i = steps.size(); i-- > 0;) {
      if (i >= steps.size()) continue;
      for (std::vector<scenarios::ScriptStep>& fewer : with_fewer_legs(steps, i))
        if (still_fails(fewer)) {
          steps = std::move(fewer);
          progress = true;
          break;
        }
      std::vector<scenarios::ScriptStep> fewer = without(steps, i);
      if (!still_fails(fewer)) continue;
      steps = std::move(fewer);
      progress = true;
    }
  }
  return steps;
}

}  // namespace capmarket::fuzz
