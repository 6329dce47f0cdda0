// Certificates: what is recorded, how it is written, and what another solver makes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "model/crypto/hash.h"
#include "model/yaml/yaml.h"
#include "tests/support/scratch_folder.h"
#include "verify/smt/recheck.h"
#include "verify/smt/subprocess.h"
#include "verify/theorems/prove.h"
#include "verify/smt/smt_text.h"
#include "verify/smt/solver.h"

namespace capmarket::smt {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Bool = Symbolic::Bool;
using Int = Symbolic::Int;

Int num(std::int64_t v) { return Symbolic::integer(v); }

SmtText text_of(const std::vector<Bool>& all) {
  z3::expr_vector out(SymbolicScope::context());
  for (const Bool& b : all) out.push_back(b.term());
  return smt_text(out);
}

/// A set of one file, with that body and that status.
CertificateSet one(const std::string& body, bool unsat, const std::string& logic = "QF_LIA") {
  Questions questions;
  questions.all.push_back({"analysis", "subject", "a statement", logic, unsat, body});
  questions.rests_on[{"analysis", "subject"}] = {0};
  CertificateSubject about;
  about.rule = "eu/power";
  about.program = "test";
  about.claims = {{"analysis", "subject", "proved"}};
  return certificates_of(std::move(questions), about);
}

constexpr const char* kContradiction =
    "(declare-fun x () Int)\n(assert (< x 0))\n(assert (> x 0))\n";

TEST(SmtText, names_the_tightest_logic) {
  SymbolicScope scope;
  Int x = Int::fresh("x"), y = Int::fresh("y");
  EXPECT_EQ(text_of({Bool::fresh("p")}).logic, "QF_UF");
  EXPECT_EQ(text_of({x * num(3) < y}).logic, "QF_LIA");
  EXPECT_EQ(text_of({x * y < num(3)}).logic, "QF_NIA");
  EXPECT_EQ(text_of({Symbolic::mul_div_floor(x, 3, 7) < y}).logic, "QF_NIA");
  z3::context& c = SymbolicScope::context();
  z3::func_decl f = c.function("f", c.int_sort(), c.int_sort());
  EXPECT_EQ(text_of({Bool(f(x.term()) > y.term())}).logic, "QF_UFLIA");
  EXPECT_EQ(text_of({Bool(z3::forall(x.term(), f(x.term()) > 0))}).logic, "ALL");
}

TEST(SmtText, writes_every_name_as_a_simple_symbol) {
  SymbolicScope scope;
  Int a = Int::fresh("a\\b\"c|d e"), b = Int::fresh("a_b_c_d_e"), c = Int::fresh("n0.a_b_c_d_e");
  SmtText text = text_of({a < b, b < c, c < a});
  for (const char* bad : {"\\", "\"", "|", "d e"}) EXPECT_THAT(text.body, Not(HasSubstr(bad)));
  // Three names stay three: else a question without a case would get one.
  auto again = recheck(one(text.body, true), {});
  ASSERT_TRUE(again) << to_text(again.error());
  EXPECT_EQ(again->files[0].said, "unsat") << text.body;
  CertificateSet chain = one(text_of({a < b, b < c}).body, false);
  EXPECT_EQ(recheck(chain, {})->files[0].said, "sat");
}

TEST(Recorder, takes_what_was_added_and_not_what_the_solver_made_of_it) {
  SymbolicScope scope;
  QuestionRecorder recorder;
  recorder.name("analysis", "subject", "");
  Int x = Int::fresh("x"), y = Int::fresh("y");
  Solver solver(SolverBudget{});
  solver.add(x == num(7));
  solver.add(y == x + num(1));
  EXPECT_EQ(solver.check(), Answer::sat);
  EXPECT_EQ(solver.check({y == num(9)}), Answer::unsat);
  Questions taken = recorder.take();
  ASSERT_EQ(taken.all.size(), 2u);
  EXPECT_FALSE(taken.all[0].unsat);
  EXPECT_TRUE(taken.all[1].unsat);
  for (const Question& q : taken.all) {
    EXPECT_THAT(q.text, HasSubstr("(= x 7)"));
    EXPECT_THAT(q.text, HasSubstr("(= y (+ x 1))"));
  }
  EXPECT_THAT(taken.all[0].text, Not(HasSubstr("(= y 9)")));
  EXPECT_THAT(taken.all[1].text, HasSubstr("(= y 9)"));
}

TEST(Recorder, takes_nothing_of_what_is_only_tried_and_nothing_undecided) {
  SymbolicScope scope;
  QuestionRecorder recorder;
  Int x = Int::fresh("x"), y = Int::fresh("y"), z = Int::fresh("z");
  Solver solver(SolverBudget{});
  solver.probe({x < y});
  EXPECT_EQ(recorder.size(), 0u);
  SolverBudget small;
  small.rlimit = 1;
  Solver weak(small);
  EXPECT_EQ(weak.check({x * x * x + y * y * y == z * z * z, x > num(2), y > num(2), z > num(2)}),
            Answer::unknown);
  EXPECT_EQ(recorder.size(), 0u);
}

TEST(Recorder, writes_a_case_of_products_with_its_values) {
  SymbolicScope scope;
  QuestionRecorder recorder;
  Int x = Int::fresh("x"), y = Int::fresh("y");
  Solver solver(SolverBudget{});
  ASSERT_EQ(solver.check({x * y == num(91), num(1) < x, x < y}), Answer::sat);
  Questions taken = recorder.take();
  EXPECT_THAT(taken.all.at(0).text, HasSubstr("(= x 7)"));
  EXPECT_THAT(taken.all.at(0).text, HasSubstr("(= y 13)"));
}

TEST(Solver, begins_no_question_after_its_last_instant) {
  SymbolicScope scope;
  SolverBudget budget;
  budget.until = std::chrono::steady_clock::now() - std::chrono::milliseconds(1);
  Solver late(budget);
  EXPECT_EQ(late.check({Symbolic::boolean(false)}), Answer::unknown);
  EXPECT_THAT(late.reason(), HasSubstr("time"));
}

TEST(Certificates, are_the_same_bytes_for_the_same_questions) {
  CertificateSet a = one(kContradiction, true), b = one(kContradiction, true);
  EXPECT_EQ(a.manifest, b.manifest);
  EXPECT_EQ(a.digest, to_hex(crypto::sha256(as_bytes(a.manifest))));
  EXPECT_NE(a.digest, one(kContradiction, false).digest);
  auto manifest = nlohmann::json::parse(a.manifest);
  EXPECT_EQ(manifest["files"][0]["file"], "analysis.subject.1.smt2");
  EXPECT_EQ(manifest["files"][0]["sha256"], to_hex(crypto::sha256(as_bytes(a.texts[0]))));
  EXPECT_EQ(manifest["claims"][0]["files"][0], "analysis.subject.1.smt2");
  EXPECT_THAT(a.texts[0], HasSubstr("(set-logic QF_LIA)"));
  EXPECT_THAT(a.texts[0], HasSubstr("(set-info :status unsat)"));
  EXPECT_THAT(a.texts[0], HasSubstr("; statement: a statement\n"));
}

TEST(Certificates, have_names_that_any_file_system_keeps_apart) {
  Questions questions;
  for (const char* subject : {"Gold", "gold", "a/b", "a_b", "line\nbreak"})
    questions.all.push_back({"goal:x", subject, "first\n(assert false)", "QF_UF", false, ""});
  CertificateSubject about;
  about.rule = "r";
  CertificateSet set = certificates_of(std::move(questions), about);
  std::set<std::string> folded;
  for (const CertificateFile& f : set.files) {
    std::string lower = f.name;
    std::transform(lower.begin(), lower.end(), lower.begin(), ::tolower);
    EXPECT_TRUE(folded.insert(lower).second) << f.name;
    EXPECT_EQ(f.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789._-"),
              std::string::npos)
        << f.name;
  }
  // A statement cannot leave its comment.
  for (const std::string& text : set.texts) EXPECT_THAT(text, Not(HasSubstr("\n(assert")));
}

TEST(Certificates, replace_only_certificates_and_only_by_force) {
  testing::ScratchFolder folder;
  CertificateSet set = one(kContradiction, true);
  const std::string dir = folder / "c";
  ASSERT_TRUE(write_certificates(set, dir, false));
  EXPECT_EQ(yaml::read_file(dir + "/manifest.json").value(), set.manifest);
  EXPECT_EQ(yaml::read_file(dir + "/analysis.subject.1.smt2").value(), set.texts[0]);
  EXPECT_FALSE(write_certificates(set, dir, false));
  EXPECT_TRUE(write_certificates(one(kContradiction, false), dir, true));
  folder.write("c/thesis.txt", "years of work");
  EXPECT_FALSE(write_certificates(set, dir, true))
      << "beside certificates, it is nobody's to remove";
  std::filesystem::create_directories(folder / "mine");
  folder.write("mine/thesis.txt", "years of work");
  EXPECT_FALSE(write_certificates(set, folder / "mine", true));
  folder.write("mine/manifest.json",
               R"({"format": "capmarket/certificates-1", "files": [{"file": "../c/x.smt2"}]})");
  EXPECT_FALSE(write_certificates(set, folder / "mine", true));
  EXPECT_TRUE(std::filesystem::exists(folder / "mine/thesis.txt"));
}

class SecondSolver : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Both, SecondSolver, ::testing::Values("cvc5", "z3"),
                         [](const auto& of) { return of.param; });

TEST_P(SecondSolver, agrees_disagrees_or_does_not_know) {
  auto outcome = [&](const CertificateSet& set) {
    RecheckOptions options;
    options.solver = GetParam();
    auto report = recheck(set, options);
    EXPECT_TRUE(report) << to_text(report.error());
    return report->files.at(0);
  };
  EXPECT_EQ(outcome(one(kContradiction, true)).outcome, Recheck::agrees);
  EXPECT_EQ(outcome(one("(declare-fun x () Int)\n(assert (< x 0))\n", false)).outcome,
            Recheck::agrees);
  RecheckedFile wrong = outcome(one(kContradiction, false));
  EXPECT_EQ(wrong.outcome, Recheck::disagrees);
  EXPECT_EQ(wrong.said, "unsat");
  EXPECT_EQ(outcome(one("(assert (no-such-thing 1))\n", true)).outcome, Recheck::failed);
  EXPECT_EQ(outcome(one("(assert (no-such-thing 1))\n", false)).outcome, Recheck::failed);
}

TEST_P(SecondSolver, is_killed_when_its_time_is_over) {
  RecheckOptions options;
  options.solver = GetParam();
  options.limit = std::chrono::milliseconds(300);
  // x^3 + y^3 + z^3 = 42 has a solution, of 17 digits.
  CertificateSet hard =
      one("(declare-fun x () Int)\n(declare-fun y () Int)\n(declare-fun z () Int)\n"
          "(assert (= 42 (+ (* x x x) (* y y y) (* z z z))))\n",
          false, "QF_NIA");
  const auto begun = std::chrono::steady_clock::now();
  auto report = recheck(hard, options);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files[0].outcome, Recheck::unknown);
  EXPECT_EQ(report->files[0].said, "out of time");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

TEST(Subprocess, ends_a_child_that_lives_on_without_output) {
  const auto begun = std::chrono::steady_clock::now();
  auto ran =
      run_process({"sh", "-c", "exec >&- 2>&-; sleep 30"}, "", std::chrono::milliseconds(200));
  ASSERT_TRUE(ran);
  EXPECT_TRUE(ran->timed_out);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

TEST(Subprocess, gives_input_output_and_status) {
  auto ran = run_process({"sh", "-c", "cat; echo no >&2; exit 7"}, "yes", std::chrono::seconds(10));
  ASSERT_TRUE(ran);
  EXPECT_EQ(ran->out, "yes");
  EXPECT_EQ(ran->err, "no\n");
  EXPECT_EQ(ran->status, 7);
  EXPECT_FALSE(run_process({"no-such-program-at-all"}, "", std::chrono::seconds(1)));
}

TEST(Recheck, refuses_what_it_does_not_know) {
  auto version = recheck_version("sh");
  ASSERT_FALSE(version);
  EXPECT_THAT(to_text(version.error()), HasSubstr("cvc5 or z3"));
}

TEST(Certificates, of_theorems_are_confirmed_by_cvc5) {
  QuestionRecorder recorder;
  theorems::ProveOptions options;
  options.theorem = "INV-3";
  theorems::ProveReport report = theorems::prove(options);
  ASSERT_FALSE(report.theorems.empty());
  Questions questions = recorder.take();
  // Every theorem with its cover, and every mutation.
  for (const theorems::TheoremReport& t : report.theorems) {
    EXPECT_GE((questions.rests_on[{t.name, theorems::kTheoremSubject}].size()), 2u) << t.name;
    for (const theorems::MutationReport& m : t.mutations)
      EXPECT_EQ((questions.rests_on[{t.name, "without " + m.removed}].size()), 1u) << m.removed;
  }
  CertificateSet set = certificates_of(std::move(questions), {});
  auto again = recheck(set, {});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->count(Recheck::agrees), set.files.size());
}

}  // namespace
}  // namespace capmarket::smt
