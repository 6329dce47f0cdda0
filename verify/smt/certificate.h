// Certificates: the questions that verdicts rest on as SMT-LIB files, and their manifest.
// Source: docs/spec/analyses.md#certificates. No solver stands in this header.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "verify/smt/recorder.h"

namespace capmarket::smt {

/// A verdict that may rest on questions.
struct Claim {
  std::string analysis, subject, verdict;
};

/// What the certificates are about; all of it stands in the manifest.
struct CertificateSubject {
  std::string rule;   // name of the rule; empty: the framework's theorems, or those of a chain
  std::string chain;  // id of the chain
  std::int64_t version = 0;
  std::string id;       // content id of the rule
  std::string program;  // version of capmarket
  std::uint32_t rlimit = 0;
  std::vector<Claim> claims;  // in the order of the report
};

/// One question as a file.
struct CertificateFile {
  std::string name;  // inside the directory
  std::string sha256;
  std::string analysis, subject;  // whose question it is; others may rest on it too
  bool unsat = false;             // what a solver must say; else satisfiable
};

/// Certificates in memory or in a directory.
struct CertificateSet {
  std::string digest;  // SHA-256 of `manifest`: what a Promulgation carries
  std::string manifest;
  std::vector<CertificateFile> files;
  std::vector<std::string> texts;  // by file
  /// By claim: the numbers of the files that it rests on.
  std::vector<std::vector<std::size_t>> rests_on;
};

/// `Z3 4.8.12`, of the library that decides here.
std::string solver_in_use();

/// Pure: the same questions and claims give the same bytes. Names are of [a-zA-Z0-9._-] and unique.
CertificateSet certificates_of(Questions questions, const CertificateSubject& subject);

/// The whole directory into place at once. One with anything in it is a problem, unless `force` and
/// nothing there but a manifest and the files that it names: then it is replaced.
Result<void> write_certificates(const CertificateSet& set, const std::string& directory,
                                bool force);

/// The problem that write_certificates would report about the directory; nothing is written.
Result<void> can_write_certificates(const std::string& directory, bool force);

}  // namespace capmarket::smt
