#include "model/log/strip.h"

#include <fmt/format.h>

#include "model/log/log.h"
#include "model/log/log_file.h"

namespace capmarket::log {
namespace {

Result<Bytes> whole_segment(Disk& disk, const std::string& path) {
  auto file = LogFile::open(disk, path, OpenAs::read);
  if (!file) return tl::unexpected(file.error());
  auto size = file->size();
  if (!size) return tl::unexpected(size.error());
  if (*size > kSegmentBytesMax + kFrameHead + kLeafBytesMax + kPayloadBytesMax)
    return fail(fmt::format("{}: larger than a segment may be", path));
  Bytes out(*size);
  if (auto r = file->read(out, 0); !r) return tl::unexpected(r.error());
  return out;
}

Result<void> put_in_place(Disk& disk, const std::string& folder, const std::string& name,
                          const Bytes& content) {
  const std::string place = folder + "/" + name, beside = place + ".new";
  {
    auto file = LogFile::open(disk, beside, OpenAs::replaced);
    if (!file) return tl::unexpected(file.error());
    if (auto r = file->write(content, 0); !r) return r;
    if (auto r = file->sync(); !r) return r;
    Bytes back(content.size());
    if (auto r = file->read(back, 0); !r) return r;
    if (back != content) return fail(fmt::format("{}: read back as something else", beside));
  }
  if (auto r = told(disk.rename(beside, place), place, "rename"); !r) return r;
  return told(disk.sync_folder(folder), folder, "fsync");
}

}  // namespace

Result<Stripped> strip_payloads(Disk& disk, const std::string& dir, std::int64_t size,
                                const std::function<bool(std::int64_t)>& goes) {
  const std::string folder = dir + "/segments";
  Stripped out;
  std::int64_t sequence = 0;
  for (int number = 0; sequence < size; ++number) {
    const std::string name = fmt::format("{:08}.seg", number);
    auto before = whole_segment(disk, folder + "/" + name);
    if (!before) return tl::unexpected(before.error());
    Bytes after;
    Stripped went;
    std::size_t at = 0;
    for (; at < before->size() && sequence < size; ++sequence) {
      ByteView leaf, payload;
      if (read_frame(*before, at, leaf, payload) != FrameFault::none)
        return fail(fmt::format("{}/{}: damage at sequence {}: no whole frame", folder, name, sequence));
      const bool empties = !payload.empty() && goes(sequence);
      if (empties) ++went.bodies, went.bytes += static_cast<std::int64_t>(payload.size());
      append_frame(after, leaf, empties ? ByteView() : payload);
    }
    if (went.bodies == 0) continue;
    after.insert(after.end(), before->begin() + static_cast<std::ptrdiff_t>(at), before->end());
    if (auto r = put_in_place(disk, folder, name, after); !r) return tl::unexpected(r.error());
    out.bodies += went.bodies;
    out.bytes += went.bytes;
  }
  return out;
}

}  // namespace capmarket::log
