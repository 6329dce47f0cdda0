#include "model/objects/kinds.h"

namespace capmarket {

std::string_view to_text(Kind kind) {
  switch (kind) {
    case Kind::genesis:
      return "genesis";
    case Kind::authority_grant:
      return "authority-grant";
    case Kind::credential_grant:
      return "credential-grant";
    case Kind::class_declaration:
      return "class-declaration";
    case Kind::rule:
      return "rule";
    case Kind::declaration:
      return "declaration";
    case Kind::request:
      return "request";
    case Kind::settlement:
      return "settlement";
    case Kind::residual:
      return "residual";
    case Kind::tick:
      return "tick";
  }
  return {};
}

std::optional<Kind> parse_kind(std::int64_t number) {
  for (Kind kind :
       {Kind::genesis, Kind::authority_grant, Kind::credential_grant, Kind::class_declaration,
        Kind::rule, Kind::declaration, Kind::request, Kind::settlement, Kind::residual, Kind::tick})
    if (static_cast<std::int64_t>(kind) == number) return kind;
  return std::nullopt;
}

bool is_derived(Kind kind) { return kind == Kind::residual; }

std::string_view to_text(Role role) {
  switch (role) {
    case Role::submitter:
      return "submitter";
    case Role::root:
      return "root";
    case Role::authority:
      return "authority";
    case Role::holder:
      return "holder";
    case Role::user:
      return "user";
    case Role::coordinator:
      return "coordinator";
    case Role::auditor:
      return "auditor";
    case Role::publisher:
      return "publisher";
    case Role::directory:
      return "directory";
    case Role::adaptation:
      return "adaptation";
  }
  return {};
}

}  // namespace capmarket
