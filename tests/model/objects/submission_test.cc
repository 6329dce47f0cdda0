#include "model/objects/submission.h"

#include <gtest/gtest.h>

#include "tests/support/parties.h"

namespace capmarket::objects {
namespace {

class SubmissionEachScheme : public ::testing::TestWithParam<crypto::Scheme> {};

INSTANTIATE_TEST_SUITE_P(Schemes, SubmissionEachScheme, ::testing::Values(crypto::Scheme::ed25519, crypto::Scheme::mac));

TEST_P(SubmissionEachScheme, means_nothing_for_another_role_kind_chain_or_object) {
  crypto::Signing signing{GetParam(), {}};
  crypto::KeyPair key = testing::numbered_key(7);
  ContentId chain, other_chain, id, other_id;
  other_chain.bytes[3] = 1;
  other_id.bytes[3] = 1;
  Signature s = make_signature(signing, chain, Role::holder, Kind::settlement, key, id);
  auto valid = [&](const ContentId& c, Role r, Kind k, const ContentId& i) {
    return crypto::verify(signing, key.pub, signature_preimage(c, r, k, key.pub, i), s.bytes);
  };
  EXPECT_TRUE(valid(chain, Role::holder, Kind::settlement, id));
  EXPECT_FALSE(valid(chain, Role::user, Kind::settlement, id));
  EXPECT_FALSE(valid(chain, Role::holder, Kind::declaration, id));
  EXPECT_FALSE(valid(other_chain, Role::holder, Kind::settlement, id));
  EXPECT_FALSE(valid(chain, Role::holder, Kind::settlement, other_id));
}

}  // namespace
}  // namespace capmarket::objects
