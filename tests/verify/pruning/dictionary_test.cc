// Who has the files of a pruned chain and knows of an object all but one field of few values: with salts
// of the system, trying the values tells nothing, since no salt of it is there any more, nor of its cause.
#include <gtest/gtest.h>
#include <sodium.h>

#include <set>

#include "model/crypto/hash.h"
#include "tests/support/chain_files.h"
#include "tests/support/market.h"
#include "tests/support/scratch_folder.h"
#include "verify/pruning/pruning.h"

namespace capmarket::pruning {
namespace {

using testing::at_second;
using testing::Market;
using testing::Party;
using testing::seconds;

Salt system_salt() {
  Salt out;
  randombytes_buf(out.bytes.data(), out.bytes.size());
  return out;
}

/// A request of 37 units with its settlement, price and payment, under salts of the system, on a chain
/// of which only that goes.
struct Deal {
  testing::ScratchFolder dir;
  Market m{{crypto::Scheme::ed25519}};
  objects::Request request;
  objects::Payment payment;
  objects::Obligation price;
  ContentId request_id, payment_id, price_id, settlement_id;

  Deal() {
    const Party holder = m.holder(100), user = m.user("basic");
    objects::Declaration d = m.declaration(holder, 100, seconds(200, 300));
    d.salt = system_salt();
    const ContentId declaration = m.admit(d, {{objects::Role::holder, holder.key}});
    request = m.request(user, {declaration}, 37, seconds(200, 300));
    request.salt = system_salt();
    request_id = m.ask(user, request);
    objects::Settlement s = m.settlement(holder, user, declaration, request_id, request, at_second(0));
    s.salt = system_salt();
    const auto checked = m.sign(s, {{objects::Role::submitter, user.key},
                                    {objects::Role::user, user.key},
                                    {objects::Role::holder, holder.key}});
    EXPECT_EQ(testing::clauses(m.submit(checked, at_second(0))), "");
    settlement_id = checked.id;
    const chain::ObligationRecord& owed = m.chain().state().obligations.back();
    price = owed.obligation, price_id = owed.id;
    payment = {system_salt(), user.key.pub, price_id, price.amount};
    payment_id = m.admit(payment, {{objects::Role::user, user.key}});
    m.chain().tick(at_second(60 * 24 * 3600));
    m.write(dir.path());
  }
};

/// Every 16 bytes of any file of the directory that follow each other, and those that derive from them.
std::set<Salt> salts_in(const std::string& dir, objects::Kind derived) {
  std::set<Salt> out;
  for (const char* file : {"/genesis.cbor", "/checkpoint", "/checkpoint.lock", "/segments/00000000.seg"}) {
    const std::string bytes = testing::read_bytes(dir + file);
    for (std::size_t at = 0; at + 16 <= bytes.size(); ++at) {
      Salt salt;
      std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), 16, salt.bytes.begin());
      out.insert(salt);
      for (std::int64_t ordinal = 0; ordinal < 2; ++ordinal)
        out.insert(objects::derived_salt(salt, derived, ordinal));
    }
  }
  return out;
}

/// Whether some salt and some value give the content id that the leaf shows.
template <class T, class F>
bool finds(const std::set<Salt>& salts, T object, const ContentId& id, F&& with) {
  for (const Salt& salt : salts)
    for (std::int64_t off = -1; off <= 1; ++off) {  // the right value is among them
      T guess = object;
      guess.salt = salt;
      with(guess, off);
      if (crypto::content_id(objects::encode_object(objects::Object(guess))) == id) return true;
    }
  return false;
}

struct Attack {
  bool request, payment, price;
  Attack(const Deal& d, const std::string& dir)
      : request(finds(salts_in(dir, objects::Kind::request), d.request, d.request_id,
                      [](auto& o, std::int64_t off) { o.quantity = o.quantity + Quantity(off); })),
        payment(finds(salts_in(dir, objects::Kind::payment), d.payment, d.payment_id,
                      [](auto& o, std::int64_t off) { o.amount = o.amount + Money(off); })),
        price(finds(salts_in(dir, objects::Kind::obligation), d.price, d.price_id,
                    [](auto& o, std::int64_t off) { o.amount = o.amount + Money(off); })) {}
};

TEST(Dictionary, finds_a_field_of_few_values_while_a_salt_is_there_and_nothing_once_it_is_pruned) {
  const Deal deal;
  const Attack before(deal, deal.dir.path());
  EXPECT_TRUE(before.request);
  EXPECT_TRUE(before.payment);
  EXPECT_TRUE(before.price);
  // What follows from an object gives it away by that object's salt: the cause has to go too.
  const auto kept = testing::read_frames(deal.dir.path());
  testing::forge_frames(deal.dir.path(), [&](auto& frames) {
    for (log::Frame& f : frames)
      if (const auto leaf = chain::decode_leaf(f.leaf); leaf->id == deal.price_id || leaf->id == deal.payment_id)
        f.payload.clear();
  });
  const Attack cause_there(deal, deal.dir.path());
  EXPECT_FALSE(cause_there.payment);
  EXPECT_TRUE(cause_there.price) << "by the settlement's salt";
  testing::write_frames(deal.dir.path(), kept);

  auto read = read_chain(deal.dir.path(), std::nullopt);
  ASSERT_TRUE(read) << to_text(read.error());
  auto settled = settle(deal.dir.path(), *read, {}, 1);
  ASSERT_TRUE(settled) << to_text(settled.error());
  for (const ContentId& id : {deal.request_id, deal.settlement_id, deal.price_id, deal.payment_id})
    EXPECT_TRUE(settled->going.contains(read->history.find(id)->leaf.sequence.value));
  ASSERT_TRUE(carry_out(deal.dir.path(), testing::log_key(), *read, *settled));
  const Attack after(deal, deal.dir.path());
  EXPECT_FALSE(after.request);
  EXPECT_FALSE(after.payment);
  EXPECT_FALSE(after.price);
}

}  // namespace
}  // namespace capmarket::pruning
