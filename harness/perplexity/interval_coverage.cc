// How often intervals hold the truth, on real losses: atome_interval_coverage [BYTES or TEXT].
//
// Models of this repository read a long text, and its losses by chunk are the population, whose mean is
// known. Of it come small texts, as chunks drawn one by one and as windows that are read on from some place,
// and for each the interval of the mean, or of the mean paired difference of two models. Prints Markdown: of
// 100 intervals, how many hold the population's mean; so many less than 100 call a difference "better" or
// "worse" of models that do not differ, were the differences moved by their mean. In front of each stands the
// same for 2.5 % to 97.5 % percentiles of a bootstrap of the chunks, which takes them as independent.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <thread>

#include "harness/base/file.h"
#include "harness/base/parallel.h"
#include "harness/base/places.h"
#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/corpus/corpus.h"
#include "harness/model/model.h"
#include "harness/perplexity/measure.h"
#include "harness/statistics/bootstrap.h"
#include "harness/statistics/differences.h"
#include "harness/statistics/interval.h"

namespace {

using namespace atome::harness;
using Values = std::vector<double>;

constexpr size_t kUnits[] = {2, 3, 5, 10, 40, 200};
constexpr int kTexts = 2000;
constexpr uint32_t kResamples = 300;

struct Population {
  std::string name;
  Values nats;  // a token, by chunk
};

double Mean(const Values& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Between chunks `apart` chunks from each other.
double Correlation(const Values& values, size_t apart) {
  const double mean = Mean(values);
  double together = 0, alone = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    alone += (values[i] - mean) * (values[i] - mean);
    if (i >= apart) together += (values[i] - mean) * (values[i - apart] - mean);
  }
  return together / alone;
}

double Skewness(const Values& values) {
  const double mean = Mean(values);
  double squares = 0, cubes = 0;
  for (const double value : values) {
    squares += std::pow(value - mean, 2);
    cubes += std::pow(value - mean, 3);
  }
  const auto count = static_cast<double>(values.size());
  return cubes / count / std::pow(squares / count, 1.5);
}

// So many chunks of the population, the window's begin modulo its length.
Values Sample(const Values& from, size_t units, bool window, Random* random) {
  const auto count = static_cast<uint32_t>(from.size());
  Values sample(units);
  const uint32_t begin = random->Below(count);
  for (size_t i = 0; i < units; ++i) sample[i] = from[window ? (begin + i) % count : random->Below(count)];
  return sample;
}

bool Holds(const Interval& interval, double truth) { return interval.low <= truth && truth <= interval.high; }

// In percent; without an interval nothing.
struct Coverage {
  double bootstrap = 0;
  std::optional<double> ours;
};

Coverage CoverageOf(const Population& population, size_t units, bool window, uint64_t stream) {
  const double truth = Mean(population.nats);
  const Values counts(units, 1.0);
  int bootstrap = 0, ours = 0, given = 0;
  Random random(1, stream);
  for (int text = 0; text < kTexts; ++text) {
    const Values sample = Sample(population.nats, units, window, &random);
    bootstrap += Holds(BootstrapInterval(sample, kResamples, &random), truth);
    const Estimate estimate = EstimateMean(sample, counts);
    given += estimate.interval.has_value();
    ours += estimate.interval && Holds(*estimate.interval, truth);
  }
  Coverage coverage{100.0 * bootstrap / kTexts, {}};
  if (given > 0) coverage.ours = 100.0 * ours / given;
  return coverage;
}

std::string Header(std::string_view first) {
  std::string header = StrCat("| ", first, " |"), rule = "| --- |";
  for (const size_t units : kUnits) {
    StrAppend(&header, " ", units, " |");
    rule += " --- |";
  }
  return StrCat(header, "\n", rule, "\n");
}

void PrintTable(const std::vector<Population>& populations, unsigned jobs) {
  for (const bool window : {false, true}) {
    std::vector<Coverage> found(populations.size() * std::size(kUnits));
    ForEachIndex(
        found.size(), jobs,
        [&](size_t i) {
          found[i] = CoverageOf(populations[i / std::size(kUnits)], kUnits[i % std::size(kUnits)], window, i);
        },
        [](size_t, size_t) {});
    std::cout << "\n" << Header(window ? "windows of so many chunks" : "so many chunks, one by one");
    for (size_t p = 0; p < populations.size(); ++p) {
      std::cout << "| " << populations[p].name << " |";
      for (size_t n = 0; n < std::size(kUnits); ++n) {
        const Coverage& coverage = found[p * std::size(kUnits) + n];
        std::cout << fmt::format(" {:.0f}, ", coverage.bootstrap)
                  << (coverage.ours ? fmt::format("{:.1f}", *coverage.ours) : "none") << " |";
      }
      std::cout << "\n";
    }
  }
}

// New seeds of an A/B, made of three real ones. What these have alike is what chunks give. A new seed is
// better or worse all in all by a normal number with their deviation, times `spread`, and has what one of the
// three has beyond that, of another place in the text.
struct Seeds {
  Values shared;               // by chunk
  std::vector<Values> beyond;  // by seed and chunk
  double deviation = 0;
};

Seeds SeedsOf(const std::vector<Values>& differences) {
  Seeds seeds;
  const auto count = static_cast<double>(differences.size());
  seeds.shared.resize(differences.front().size());
  for (const Values& one : differences)
    for (size_t k = 0; k < one.size(); ++k) seeds.shared[k] += one[k] / count;
  const double mean = Mean(seeds.shared);
  for (const Values& one : differences) {
    const double its = Mean(one) - mean;
    seeds.deviation += its * its / (count - 1);
    Values& left = seeds.beyond.emplace_back(one.size());
    for (size_t k = 0; k < one.size(); ++k)
      left[k] = (one[k] - its - seeds.shared[k]) * std::sqrt(count / (count - 1));
  }
  seeds.deviation = std::sqrt(seeds.deviation);
  return seeds;
}

double Normal(Random* random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += std::ldexp(static_cast<double>(random->Next() >> 11), -53);
  return sum;
}

double CoverageOverSeeds(const Seeds& seeds, size_t count, double spread, size_t units, uint64_t stream) {
  const double truth = Mean(seeds.shared);
  const auto chunks = static_cast<uint32_t>(seeds.shared.size());
  const ab::ChunkLosses nothing{Values(units, 0.0), Values(units, 1.0)};
  Random random(2, stream);
  int held = 0;
  for (int text = 0; text < kTexts; ++text) {
    std::vector<ab::ChunkLosses> contender(count, nothing);
    const uint32_t begin = random.Below(chunks);
    for (ab::ChunkLosses& losses : contender) {
      const double its = spread * seeds.deviation * Normal(&random);
      const Values& beyond = seeds.beyond[random.Below(static_cast<uint32_t>(seeds.beyond.size()))];
      const uint32_t place = random.Below(chunks);
      for (size_t k = 0; k < units; ++k)
        losses.nats[k] = its + seeds.shared[(begin + k) % chunks] + beyond[(place + k) % chunks];
    }
    const auto difference = ab::Compare(contender, std::vector<ab::ChunkLosses>(count, nothing));
    held += Holds(*difference.over_chunks_and_seeds, truth);
  }
  return 100.0 * held / kTexts;
}

void PrintSeeds(const std::string& name, const Seeds& seeds, unsigned jobs) {
  std::cout << "\n" << Header("seeds, their spread, windows");
  const size_t counts[] = {2, 3, 5};
  const double spreads[] = {0, 1, 4};
  const size_t columns = std::size(kUnits), rows = std::size(counts) * std::size(spreads);
  std::vector<double> found(rows * columns);
  ForEachIndex(
      found.size(), jobs,
      [&](size_t i) {
        const size_t row = i / columns, units = kUnits[i % columns];
        if (units < kFewestUnits) return;
        found[i] = CoverageOverSeeds(seeds, counts[row / std::size(spreads)],
                                     spreads[row % std::size(spreads)], units, i);
      },
      [](size_t, size_t) {});
  for (size_t row = 0; row < rows; ++row) {
    std::cout << "| " << name << ", " << counts[row / std::size(spreads)] << " seeds, "
              << spreads[row % std::size(spreads)] << " times |";
    for (size_t n = 0; n < columns; ++n)
      std::cout << (kUnits[n] < kFewestUnits ? " none |"
                                             : fmt::format(" {:.1f} |", found[row * columns + n]));
    std::cout << "\n";
  }
}

struct Reader {
  std::string file;  // below golden
  Variant variant;
};

EvaluationText TextOf(int argc, char** argv) {
  size_t bytes = 1'000'000;
  if (argc > 1) {
    const std::string_view word = argv[1];
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), bytes);
    if (error != std::errc() || end != word.data() + word.size()) {
      Result<EvaluationText> text = LoadText(argv[1]);
      if (text.ok()) return *std::move(text);
      std::cerr << "atome_interval_coverage: " << text.error().message << "\n";
      std::exit(2);
    }
  }
  // Not the seed of the text that the models were trained on.
  EvaluationText text{"stories of seed 2", {}, "", TextUnit::kByte, {}};
  for (const char c : MakeCorpus(std::max<size_t>(bytes, 100'000), kCorpusSeed + 1))
    text.tokens.push_back(static_cast<unsigned char>(c));
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Reader> readers{{"models/atome_60k/atome_60k.atome03", Variant::kF32},
                              {"models/atome_60k/atome_60k.atome03", Variant::kQ15},
                              {"models/atome_60k/atome_60k.atome03", Variant::kQ15Kv8}};
  for (int seed = 0; seed < 3; ++seed)
    readers.push_back({StrCat("experiments/stories/ternary_60k-s", seed, "/ternary_60k-s", seed, ".atome03"),
                       Variant::kF32});
  for (int seed = 0; seed < 3; ++seed)
    readers.push_back({StrCat("experiments/stories/plain_int8-s", seed, "/plain_int8-s", seed, ".plain01"),
                       Variant::kPlain});
  const EvaluationText text = TextOf(argc, argv);
  const Result<TextPlan> plan = PlanText(text, Protocol::kChunks, TextPart::kAll, 64, std::nullopt);
  if (!plan.ok()) {
    std::cerr << "atome_interval_coverage: " << plan.error().message << "\n";
    return 2;
  }
  std::vector<Model> models;
  for (const Reader& reader : readers) {
    Result<Model> model = LoadModel((GoldenFolder() / reader.file).string(), std::nullopt, 64);
    if (!model.ok()) {
      std::cerr << "atome_interval_coverage: " << model.error().message << "\n";
      return 2;
    }
    models.push_back(*std::move(model));
  }
  std::vector<Subject> subjects;
  for (size_t i = 0; i < readers.size(); ++i) subjects.push_back({&models[i], readers[i].variant, {}});
  const unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  const Result<Measured> measured =
      Measure(subjects, text, *plan, {.compare = false, .jobs = jobs, .progress = {}});
  if (!measured.ok()) {
    std::cerr << "atome_interval_coverage: " << measured.error().message << "\n";
    return 2;
  }
  const auto nats = [&](size_t subject) {
    Values values = measured->losses[subject].unit_nats;
    for (double& value : values) value /= 64;
    return values;
  };
  const auto less = [&](size_t subject, size_t other) {
    Values values = nats(subject);
    const Values others = nats(other);
    for (size_t k = 0; k < values.size(); ++k) values[k] -= others[k];
    return values;
  };
  const std::vector<Population> populations{{"atome_60k", nats(0)},
                                            {"stories, ternary", nats(3)},
                                            {"stories, int8", nats(6)},
                                            {"q15 less f32", less(1, 0)},
                                            {"q15kv8 less q15", less(2, 1)},
                                            {"ternary, seed 0 less 1", less(3, 4)},
                                            {"ternary, seed 1 less 2", less(4, 5)},
                                            {"int8, seed 0 less 1", less(6, 7)},
                                            {"ternary less int8", less(3, 6)},
                                            {"stories less atome_60k", less(3, 0)}};
  std::cout
      << text.path << ", " << PlanSentence(text, *plan) << "\n\n"
      << "| losses, nats a byte | mean | deviation | skewness | correlation of neighbours | 10 apart |\n"
      << "| --- | --- | --- | --- | --- | --- |\n";
  for (const Population& population : populations) {
    const Values& values = population.nats;
    const double mean = Mean(values);
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    std::cout << fmt::format("| {} | {:.4f} | {:.4f} | {:.2f} | {:.3f} | {:.3f} |\n", population.name, mean,
                             std::sqrt(squares / static_cast<double>(values.size())), Skewness(values),
                             Correlation(values, 1), Correlation(values, 10));
  }
  PrintTable(populations, jobs);
  PrintSeeds("ternary less int8", SeedsOf({less(3, 6), less(4, 7), less(5, 8)}), jobs);
  return 0;
}
