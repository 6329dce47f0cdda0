// A faulty writer: changes a chain on disk and, where asked, makes its bytes agree again.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/chain/leaf.h"
#include "model/log/log.h"

namespace capmarket::audit {

std::string read_bytes(const std::string& path);
void write_bytes(const std::string& path, const std::string& bytes);
std::string first_segment(const std::string& dir);

std::vector<log::Frame> read_frames(const std::string& dir);
void write_frames(const std::string& dir, const std::vector<log::Frame>& frames);

/// Changes frames and makes frames and checksums agree; leaves, links and root stay as `change`
/// left them.
void forge_frames(const std::string& dir, const std::function<void(std::vector<log::Frame>&)>& change);

struct ForgedEntry {
  chain::Leaf leaf;
  Bytes payload;
};
/// Changes entries, then renumbers, links and signs them: only their meaning can give them away.
void forge_entries(const std::string& dir,
                   const std::function<void(std::vector<ForgedEntry>&)>& change);

}  // namespace capmarket::audit
