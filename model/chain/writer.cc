#include "model/chain/writer.h"

#include <fmt/format.h>

#include "model/base/check.h"
#include "model/chain/reader.h"

namespace capmarket::chain {

Result<ChainWriter> ChainWriter::open(const std::string& dir, const crypto::KeyPair& log_key) {
  ChainWriter out;
  out.dir_ = dir;
  out.log_key_ = log_key;
  auto reader = ChainReader::open(dir);
  if (!reader) return tl::unexpected(reader.error());
  if (reader->genesis().log_key != log_key.pub)
    return fail(fmt::format("{}: its checkpoints are signed by another key", dir),
                "the log's key, which the genesis names");
  out.id_ = reader->chain();
  auto log = log::file_log_append(dir, out.id_, reader->signed_checkpoint(), log_key);
  if (!log) return tl::unexpected(log.error());
  out.log_ = std::move(*log);
  auto chain = replay(*reader);
  if (!chain) return tl::unexpected(chain.error());
  out.chain_ = std::move(*chain);
  out.chain_->continue_in(log::memory_log(out.frames_.get()));
  return out;
}

Result<ChainWriter> ChainWriter::create(const std::string& dir, objects::CheckedSubmission genesis,
                                        Instant at, const crypto::KeyPair& log_key) {
  ChainWriter out;
  out.dir_ = dir;
  out.log_key_ = log_key;
  out.id_ = genesis.id;
  auto chain = Chain::create(std::move(genesis), at, log::memory_log(out.frames_.get()));
  if (!chain) return tl::unexpected(chain.error());
  out.chain_ = std::move(*chain);
  return out;
}

Result<void> ChainWriter::commit() {
  if (!log_) {
    ByteView leaf, payload;
    std::size_t at = 0;
    CHECK(log::read_frame(*frames_, at, leaf, payload) == log::FrameFault::none);
    auto log = log::file_log(dir_, id_, payload, log_key_);
    if (!log) return tl::unexpected(log.error());
    log_ = std::move(*log);
  }
  for (std::size_t at = 0; at < frames_->size();) {
    ByteView leaf, payload;
    CHECK(log::read_frame(*frames_, at, leaf, payload) == log::FrameFault::none);
    log_->append(leaf, payload);
  }
  frames_->clear();
  return log_->checkpoint(chain_->root(), chain_->size());
}

}  // namespace capmarket::chain
