#include "sim/party/views.h"

#include "model/crypto/hash.h"

namespace capmarket::party {

Salt View::fresh_salt(Draws& of) const {
  kernel::Stream stream(dynamics, of.who, kernel::Draw::salt, of.salts++);
  Salt salt;
  stream.fill(salt.bytes);
  return salt;
}

void View::plan(Draws& of, Instant time, Action action) const {
  if (time >= market.end()) return;  // it would never happen
  out.add(PlanAction{std::max(time, now), std::move(action), {of.who, of.plans++, {}}});
}

ContentId View::submit(const objects::Object& object, Concern concern, std::vector<Signer> signers,
                       const Sender& from, std::optional<scenarios::Attack> attack) const {
  Bytes body = objects::encode_object(object);
  const ContentId id = crypto::content_id(body);
  out.add(Submit{objects::kind_of(object), concern, std::move(body), id, std::move(signers), from,
                 attack});
  return id;
}

RequestState& OwnRequests::operator[](RequestIndex index) const {
  RequestState& r = (*requests_)[index];
  CHECK(r.user == owner_, index.value, owner_.value);
  return r;
}

BundleState& OwnRequests::bundle(BundleIndex index) const {
  BundleState& b = (*bundles_)[index];
  CHECK(b.user == owner_, index.value, owner_.value);
  return b;
}

RequestIndex OwnRequests::add(RequestState request) const {
  request.user = owner_;
  return requests_->push_back(std::move(request));
}

BundleIndex OwnRequests::add(BundleState bundle) const {
  bundle.user = owner_;
  return bundles_->push_back(std::move(bundle));
}

}  // namespace capmarket::party
