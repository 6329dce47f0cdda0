// Documents against a JSON Schema, as an editor reads both. The validator is somebody else's:
// valijson.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace capmarket::testing {

/// Empty where there is no such file.
std::string content_of(const std::string& file);

/// The document as JSON, plain scalars by YAML 1.2's core schema, as editors read it; commas of
/// calls in flow maps are its values', as the parser reads them.
nlohmann::json json_of_yaml(const std::string& text);

class SchemaValidator {
 public:
  explicit SchemaValidator(const nlohmann::ordered_json& schema);
  ~SchemaValidator();
  /// What is wrong with the document; empty where it is right.
  std::string complaint(const std::string& yaml) const;
  /// The same of one that is JSON already: much faster.
  std::string complaint_of(const nlohmann::json& document) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

/// The file holds that text; what it should hold is written beside it, as `.new`.
void expect_golden(const std::string& file, const std::string& text);

}  // namespace capmarket::testing
