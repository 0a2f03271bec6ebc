// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/error.hpp>
#include <surefoot/pipeline/pipeline.hpp>

#include "support/lines.hpp"

namespace surefoot::test {

/// The first of possible_specs() for which a pipeline can be built: radar traces, tones or gates; unchanged if there is none.
inline StreamSpec suited_to(const Description& description, const StreamSpec& given) {
  for (const StreamSpec& spec : possible_specs(given)) {
    try {
      (void)Pipeline(description, spec);
      return spec;
    } catch (const ConfigError&) {  // another one
    }
  }
  return given;
}

/// The same samples, said to be what the pipeline takes.
inline Line suited_to(const Description& description, Line line) {
  const StreamSpec spec = suited_to(description, line.spec());
  line.axis = spec.axis;
  line.n_channels = spec.n_channels;
  line.trace_interval_s = spec.trace_interval_s;
  return line;
}

}  // namespace surefoot::test
