#include "harness/perplexity/measure.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>

#include "harness/base/parallel.h"
#include "harness/base/text.h"
#include "harness/perplexity/loss.h"

namespace atome::harness {
namespace {

using Clock = std::chrono::steady_clock;

// What one thread works with.
struct Bench {
  struct Place {
    std::unique_ptr<Evaluator> evaluator;
    std::vector<float> logits;     // [kRun][V]
    std::vector<double> log_sums;  // [kRun]
    Clock::duration busy{};
  };
  std::vector<Place> places;  // a subject each
};

class Pass {
 public:
  Pass(const std::vector<Subject>& subjects, const EvaluationText& text, const TextPlan& plan,
       const MeasureOptions& options)
      : subjects_(subjects), text_(text), plan_(plan), options_(options) {
    measured_.losses.resize(subjects.size());
    for (Losses& losses : measured_.losses) losses.unit_nats.resize(plan.Units());
    if (options.compare) {
      measured_.differences.resize(subjects.size() - 1);
      for (Differences& differences : measured_.differences) {
        differences.nats.resize(plan.tokens);
        differences.unit_same.resize(plan.Units());
      }
    }
  }

  Result<Measured> Run() {
    const bool chunks = plan_.protocol == Protocol::kChunks;
    measured_.threads = chunks ? static_cast<unsigned>(std::min<size_t>(options_.jobs, plan_.Units())) : 1;
    for (unsigned i = 0; i < measured_.threads; ++i) {
      Result<Bench> bench = MakeBench();
      if (!bench.ok()) return bench.error();
      idle_.push_back(*std::move(bench));
    }
    ForEachIndex(
        plan_.Units(), measured_.threads, [&](size_t unit) { RunUnit(unit, /*fresh=*/chunks); },
        [&](size_t, size_t unit) { Report(unit); });
    for (size_t s = 0; s < subjects_.size(); ++s) {
      for (const Bench& bench : idle_)
        measured_.losses[s].seconds += std::chrono::duration<double>(bench.places[s].busy).count();
      if (const auto failure = failures_.find(s); failure != failures_.end())
        measured_.losses[s].failure = failure->second.second;
    }
    return std::move(measured_);
  }

 private:
  Result<Bench> MakeBench() const {
    Bench bench;
    for (const Subject& subject : subjects_) {
      Result<std::unique_ptr<Evaluator>> evaluator =
          subject.engine != nullptr
              ? Result(MakeEngineEvaluator(*subject.engine, *subject.model, subject.variant))
              : MakeEvaluator(*subject.model, subject.variant);
      if (!evaluator.ok()) return evaluator.error();
      bench.places.push_back({*std::move(evaluator),
                              std::vector<float>(Evaluator::kRun * subject.model->config.vocab_size),
                              std::vector<double>(Evaluator::kRun)});
    }
    return bench;
  }

  void RunUnit(size_t unit, bool fresh) {
    Bench bench = Take();
    if (fresh)
      for (Bench::Place& place : bench.places) place.evaluator->Reset();
    const size_t end = plan_.UnitBegin(unit) + plan_.UnitTokens(unit);
    for (size_t at = plan_.UnitBegin(unit); at < end; at += Evaluator::kRun)
      RunPiece(&bench, unit, at, std::min(Evaluator::kRun, end - at));
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(bench));
  }

  Bench Take() {
    const std::lock_guard lock(mutex_);
    Bench bench = std::move(idle_.back());
    idle_.pop_back();
    return bench;
  }

  // `count` positions from the token at `begin`, all of one unit.
  void RunPiece(Bench* bench, size_t unit, size_t begin, size_t count) {
    const std::span<const uint16_t> used = std::span(text_.tokens).subspan(begin, count + 1);
    uint32_t tokens[Evaluator::kRun];
    std::copy_n(used.begin(), count, tokens);
    for (size_t s = 0; s < bench->places.size(); ++s) {
      Bench::Place& place = bench->places[s];
      const Clock::time_point start = Clock::now();
      const auto refusal = place.evaluator->Evaluate({tokens, count}, place.logits.data());
      const size_t answered = refusal ? refusal->token : count;
      double nats = 0;
      for (size_t t = 0; t < answered; ++t) {
        const std::span<const float> row = Row(place, s, t);
        place.log_sums[t] = LogSumExp(row);
        nats += place.log_sums[t] - row[used[t + 1]];
      }
      measured_.losses[s].unit_nats[unit] += nats;
      place.busy += Clock::now() - start;
      if (refusal)
        Fail(s, unit, StrCat(refusal->what, ", at ", text_.PlaceOf(begin + answered), " of ", text_.path));
    }
    for (size_t s = 0; s < measured_.differences.size(); ++s) Compare(*bench, s, unit, begin, count);
  }

  void Compare(const Bench& bench, size_t s, size_t unit, size_t begin, size_t count) {
    const Bench::Place &mine = bench.places[s], &other = bench.places.back();
    for (size_t t = 0; t < count; ++t) {
      const std::span<const float> q = Row(mine, s, t), p = Row(other, subjects_.size() - 1, t);
      measured_.differences[s].nats[begin - plan_.begin + t] =
          KlDivergence(p, other.log_sums[t], q, mine.log_sums[t]);
      const auto size = static_cast<uint32_t>(q.size());
      if (atome_argmax(q.data(), size) == atome_argmax(p.data(), size))
        ++measured_.differences[s].unit_same[unit];
    }
  }

  std::span<const float> Row(const Bench::Place& place, size_t s, size_t t) const {
    const size_t vocab = subjects_[s].model->config.vocab_size;
    return std::span(place.logits).subspan(t * vocab, vocab);
  }

  // Of several failures the first in the text is kept, so that the message does not depend on the threads.
  void Fail(size_t s, size_t unit, std::string message) {
    const std::lock_guard lock(mutex_);
    const auto [entry, is_first] = failures_.try_emplace(s, unit, message);
    if (!is_first && unit < entry->second.first) entry->second = {unit, std::move(message)};
  }

  void Report(size_t unit) {
    tokens_done_ += plan_.UnitTokens(unit);
    nats_done_ += measured_.losses[0].unit_nats[unit];
    if (options_.progress)
      options_.progress(tokens_done_, plan_.tokens, nats_done_ / static_cast<double>(tokens_done_));
  }

  const std::vector<Subject>& subjects_;
  const EvaluationText& text_;
  const TextPlan& plan_;
  const MeasureOptions& options_;
  Measured measured_;
  std::mutex mutex_;                                           // of the two below
  std::vector<Bench> idle_;                                    // as many as threads
  std::map<size_t, std::pair<size_t, std::string>> failures_;  // subject -> unit, message
  size_t tokens_done_ = 0;
  double nats_done_ = 0;
};

}  // namespace

Result<Measured> Measure(const std::vector<Subject>& subjects, const EvaluationText& text,
                         const TextPlan& plan, const MeasureOptions& options) {
  for (const Subject& subject : subjects) {
    std::string wrong = WhyNotFor(*subject.model, text);
    if (!wrong.empty()) return Bad(std::move(wrong));
    const Model &mine = *subject.model, &other = *subjects.back().model;
    if (options.compare && mine.config.vocab_size != other.config.vocab_size) {
      return Bad(StrCat(mine.path, " has a vocabulary of ", mine.config.vocab_size, ", ", other.path, " of ",
                        other.config.vocab_size, "; only models of the same can be compared"));
    }
  }
  return Pass(subjects, text, plan, options).Run();
}

}  // namespace atome::harness
