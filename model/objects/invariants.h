// The invariants of the market, as one table: what the theorems prove, the hunt looks for, and the
// audit watches. Source: semantics, "Invariants".
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace capmarket::objects {

/// INV-1 to INV-10; the value is the number.
enum class Invariant : std::uint8_t {
  capacity = 1,
  clauses,
  volumes,
  displacement,
  payments,
  replay,
  permanence,
  consumption,
  refusals,
  signatures,
};

/// An invariant: what it is called, and what it claims.
struct InvariantRow {
  Invariant id;
  std::string_view text;  // "INV-1"
  std::string_view statement;
};

/// Every invariant, in the order of the numbers.
inline constexpr auto kInvariants = std::to_array<InvariantRow>({
    {Invariant::capacity, "INV-1",
     "for every admitted leg and instant t of its window, load after admission + curtailed at t <= "
     "declared; under single or sharded coordination also load <= schedule(t), as they stood at "
     "that sequence number. Excess inherited from an earlier mode is reported "
     "(`inherited-excess`), and no leg adds to it"},
    {Invariant::clauses, "INV-2",
     "every admitted settlement satisfies every clause at its own sequence number under its own "
     "rule version; every evaluated refusal fails the clauses it names"},
    {Invariant::volumes, "INV-3",
     "per request, at every sequence number: requested volume = live + displaced + failed + "
     "released + unmet + open; live never exceeds the request's quantity; indices are 0, 1, 2, …"},
    {Invariant::displacement, "INV-4",
     "a Displacement has a strictly higher rank, a met condition, need, and an obligation of K; a "
     "leg's Displacements are its cover, under the signed ceilings"},
    {Invariant::payments, "INV-5",
     "per obligation: payments <= amount; outstanding = amount - payments; nothing is paid without "
     "an obligation"},
    {Invariant::replay, "INV-6",
     "replay of the bytes gives the same entries and state, bit for bit"},
    {Invariant::permanence, "INV-7", "a revocation or a successor changes no earlier decision"},
    {Invariant::consumption, "INV-8",
     "at the admission of an Activity, consumption <= live grant at every instant of it"},
    {Invariant::refusals, "INV-9", "every evaluated refusal is on the chain with its reasons"},
    {Invariant::signatures, "INV-10",
     "every grant traces to one holder's and one user's signatures; removing every directory "
     "changes discovery, never validity"},
});

/// "INV-1" to "INV-10". O(1).
constexpr std::string_view to_text(Invariant id) {
  return kInvariants[static_cast<std::size_t>(id) - 1].text;
}

/// Name of its proof, "INV-1", or of a part of it, "INV-1.fold".
std::string theorem_name(Invariant id, std::string_view part = {});

/// Markdown: the table of id and statement.
std::string invariants_table();

}  // namespace capmarket::objects
