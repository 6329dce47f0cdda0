// The one binary: parses arguments, calls a room, prints.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/command.h"
#include "model/crypto/sign.h"

int main(int argc, char** argv) {
  using namespace capmarket;
  if (auto ready = crypto_self_test(); !ready) {
    std::fputs(to_text(ready.error()).c_str(), stderr);
    return kInternal;
  }
  CLI::App app{
      "Simulates and verifies a capacity allocation marketplace.\n"
      "Example: capmarket run scenarios/packs/quickstart.yaml --out runs/first"};
  app.set_version_flag("--version", "capmarket " + version_text());
  app.require_subcommand(1);
  CommonOptions common;
  int status = kHolds;
  add_run(app, common, status);
  add_verify(app, common, status);
  add_prove(app, common, status);
  add_import(app, common, status);
  add_scenario(app, common, status);
  add_rule(app, common, status);
  add_chain(app, common, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kHolds : kBadInput;
  }
  return status;
}
