#include "tests/support/json_schema.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <regex>
#include <sstream>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "model/yaml/flow_calls.h"

namespace capmarket::testing {
namespace {

nlohmann::json scalar_json(const YAML::Node& node) {
  const std::string text = yaml::unmask_call_commas(node.Scalar());
  if (node.Tag() == "!") return text;
  static const std::regex kInteger("[-+]?[0-9]+"),
      kNumber("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  if (text == "true" || text == "false") return text == "true";
  if (std::regex_match(text, kInteger)) return std::stoll(text);
  if (std::regex_match(text, kNumber)) return std::stod(text);
  return text;
}

nlohmann::json json_of(const YAML::Node& node) {
  if (node.IsScalar()) return scalar_json(node);
  nlohmann::json out = node.IsMap()        ? nlohmann::json::object()
                       : node.IsSequence() ? nlohmann::json::array()
                                           : nlohmann::json(nullptr);
  if (node.IsMap())
    for (const auto& entry : node) out[entry.first.Scalar()] = json_of(entry.second);
  if (node.IsSequence())
    for (const YAML::Node& item : node) out.push_back(json_of(item));
  return out;
}

}  // namespace

std::string content_of(const std::string& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

nlohmann::json json_of_yaml(const std::string& text) {
  return json_of(YAML::Load(yaml::mask_call_commas(text)));
}

/// The validator keeps the regular expressions of patterns that it met.
struct SchemaValidator::Compiled {
  valijson::Schema schema;
  valijson::Validator validator;
};

SchemaValidator::SchemaValidator(const nlohmann::ordered_json& schema)
    : compiled_(std::make_unique<Compiled>()) {
  nlohmann::json text = nlohmann::json::parse(schema.dump());
  valijson::adapters::NlohmannJsonAdapter adapter(text);
  valijson::SchemaParser().populateSchema(adapter, compiled_->schema);
}
SchemaValidator::~SchemaValidator() = default;

std::string SchemaValidator::complaint(const std::string& yaml) const {
  return complaint_of(json_of_yaml(yaml));
}

std::string SchemaValidator::complaint_of(const nlohmann::json& document) const {
  const valijson::adapters::NlohmannJsonAdapter adapter(document);
  valijson::ValidationResults results;
  if (compiled_->validator.validate(compiled_->schema, adapter, &results)) return {};
  std::string out;
  for (valijson::ValidationResults::Error e; results.popError(e);) {
    for (const std::string& one : e.context) out += one;
    out += ": " + e.description + "\n";
  }
  return out.empty() ? "something" : out;
}

void expect_golden(const std::string& file, const std::string& text) {
  if (content_of(file) != text) std::ofstream(file + ".new") << text;
  EXPECT_EQ(content_of(file), text);
}

}  // namespace capmarket::testing
