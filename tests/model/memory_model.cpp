#include "model/memory_model.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace nn::model {
namespace {

constexpr int kMaxSteps = 2000;

bool acquires(Order order) {
  return order == Order::acquire || order == Order::acq_rel ||
         order == Order::seq_cst || order == Order::consume;
}

bool releases(Order order) {
  return order == Order::release || order == Order::acq_rel ||
         order == Order::seq_cst;
}

Bits changed(Bits old, const Request& request) {
  return request.change == nullptr ? request.argument
                                   : request.change(old, request.argument);
}

}  // namespace

// ---- Views -----------------------------------------------------------------

void Memory::begin() {
  threads_[0] = {};
  current_ = 0;
  steps_left_ = kMaxSteps;
  location_count_ = 0;
  seq_cst_.clear();
}

void Memory::start(int thread) {
  at(threads_, thread) = {};
  at(threads_, thread).view = view();
}

int Memory::step() {
  if (--steps_left_ == 0) fail("no end in sight: a loop that spins?");
  return ++at(me().view.steps, current_);
}

bool Memory::happened(int thread, int step) const {
  return at(view().steps, thread) >= step;
}

void Memory::join(View& into, const View& from) const {
  for (std::size_t i = 0; i < from.steps.size(); ++i)
    into.steps[i] = std::max(into.steps[i], from.steps[i]);
  for (int l = 0; l < location_count_; ++l) {
    const auto& messages = at(locations_, l).messages;
    if (at(messages, at(from.seen, l)).position >
        at(messages, at(into.seen, l)).position)
      at(into.seen, l) = at(from.seen, l);
  }
}

// ---- Locations -------------------------------------------------------------

int Memory::create(Bits value) {
  if (location_count_ == kMaxLocations) fail("too many atomics");
  const int location = location_count_++;
  if (static_cast<int>(locations_.size()) < location_count_)
    locations_.emplace_back();
  Location& place = at(locations_, location);
  place.alive = true;
  place.thread = current_;
  place.step = step();
  place.messages.clear();
  place.order.assign(1, 0);
  place.accesses.clear();
  place.claims.clear();
  // Construction is no atomic operation: nobody learns anything from it.
  place.messages.push_back({value, 0, false, {}});
  return location;
}

// No thread need be tried here instead, as none is before a write of plain
// data: of an access and an end that are not ordered, whichever is the second
// finds the first.
void Memory::destroy(int location) {
  Location& place = usable(location);
  for (const Access& access : place.accesses)
    if (!happened(access.thread, access.step))
      fail("an atomic is freed that another thread may still use");
  place.alive = false;
}

bool Memory::alive(int location) const {
  return location >= 0 && location < location_count_ &&
         at(locations_, location).alive;
}

Memory::Location& Memory::usable(int location) {
  if (location < 0 || location >= location_count_)
    fail("use of a freed atomic: the pointer to it is gone");
  Location& place = at(locations_, location);
  if (!place.alive) fail("use of a freed atomic");
  if (!happened(place.thread, place.step))
    fail("use of an atomic that may not be constructed yet");
  return place;
}

// ---- Loads and stores, stale ones too --------------------------------------

int Memory::oldest_for(int thread, int location) const {
  const int seen = at(view_of(thread).seen, location);
  return at(at(locations_, location).messages, seen).position;
}

// What the views allow. The newest comes first, so that the first path of the
// search is the ordinary one.
void Memory::list_candidates(int location, const Request& request) {
  const Location& place = at(locations_, location);
  const int last = oldest(location);
  candidates_.clear();
  for (int p = place.newest(); p >= last; --p) {
    const bool differs = request.expected != nullptr &&
                         place.in_place(p).value != *request.expected;
    const bool writes = request.writes && !differs;
    if (writes && p < place.newest() && place.in_place(p + 1).by_rmw) continue;
    Candidate candidate{request.reads,
                        writes,
                        p,
                        differs ? request.failure : request.order,
                        {}};
    candidate.demands = demands(place, candidate);
    candidates_.push_back(candidate);
  }
}

// Chooses one that S allows too, and enters its demands.
Memory::Candidate Memory::decide(Location& place, int now) {
  if (candidates_.size() > 1)
    std::erase_if(candidates_, [&](const Candidate& candidate) {
      return !seq_cst_.allows(candidate.demands);
    });
  const int count = static_cast<int>(candidates_.size());
  if (count == 0) fail("no value can be read: the explorer is wrong");
  const Candidate chosen = at(candidates_, choose(count));
  if (!seq_cst_.add_access(chosen.demands, current_, now))
    fail("a cycle in S: the explorer is wrong");
  const int message = chosen.writes ? static_cast<int>(place.messages.size())
                                    : at(place.order, chosen.position);
  place.accesses.push_back({chosen.writes, message, current_, now,
                            chosen.demands.self, chosen.demands.source});
  return chosen;
}

Outcome Memory::access(int location, const Request& request) {
  Location& place = usable(location);
  const int now = step();
  need_room();
  list_candidates(location, request);
  const Candidate chosen = decide(place, now);
  const int read = at(place.order, chosen.position);
  if (!request.writes) me().last_load = {location, read, now};
  const Bits old = at(place.messages, read).value;
  const Outcome outcome{chosen.writes,
                        chosen.order,
                        old,
                        chosen.writes ? changed(old, request) : old,
                        chosen.position != place.newest(),
                        place.in_place(place.newest()).value,
                        chosen.position};
  if (chosen.reads) record_read(location, chosen);
  if (chosen.writes) record_write(location, outcome.now, chosen);
  return outcome;
}

void Memory::record_read(int location, const Candidate& chosen) {
  const Location& place = at(locations_, location);
  const int message = at(place.order, chosen.position);
  at(me().view.seen, location) = static_cast<std::int16_t>(message);
  join(acquires(chosen.order) ? me().view : me().pending,
       at(place.messages, message).released);
}

void Memory::record_write(int location, Bits value, const Candidate& chosen) {
  Location& place = at(locations_, location);
  View released;
  join(released, releases(chosen.order) ? me().view : me().fenced);
  if (chosen.reads) join(released, place.in_place(chosen.position).released);
  const auto message = static_cast<std::int16_t>(place.messages.size());
  insert(place, chosen.position + 1, {value, 0, chosen.reads, released});
  at(me().view.seen, location) = message;
  check_claims(place);
}

void Memory::insert(Location& place, int position, Message message) {
  const int number = static_cast<int>(place.messages.size());
  place.messages.push_back(std::move(message));
  place.order.insert(place.order.begin() + position, number);
  for (int p = position; p <= place.newest(); ++p)
    at(place.messages, at(place.order, p)).position = p;
}

// ---- Fences ----------------------------------------------------------------

void Memory::fence(Order order) {
  Demands wanted;
  if (order == Order::seq_cst) {
    need_room();
    wanted.self = seq_cst_.next();
    wanted.program = seq_cst_.strongly_before(current_, view().steps);
  }
  step();
  if (acquires(order)) join(me().view, me().pending);
  if (order == Order::seq_cst) {
    wanted.earlier = accesses_before_fence();
    seq_cst_.add_fence(wanted, current_, view().steps);
  }
  if (releases(order)) me().fenced = view();
}

// What must come before a fence here in S: the thread may not read past its
// view any more, so all that is older there came before.
Nodes Memory::accesses_before_fence() const {
  Nodes result = 0;
  for (int l = 0; l < location_count_; ++l) {
    const int bound = oldest(l);
    const Location& place = at(locations_, l);
    for (const Access& access : place.accesses) {
      const int p = at(place.messages, access.message).position;
      if (p < bound || (p == bound && access.writes)) result |= access.source;
    }
  }
  return result;
}

void Memory::need_room() {
  if (seq_cst_.full()) fail("too many seq_cst steps for the explorer");
}

// ---- What an access demands of S -------------------------------------------

Demands Memory::demands(const Location& place,
                        const Candidate& candidate) const {
  Demands result;
  result.source = source(place, candidate);
  if (candidate.order == Order::seq_cst) {
    result.self = seq_cst_.next();
    result.source |= result.self;
    result.program = seq_cst_.strongly_before(current_, view().steps);
  }
  for (const Access& other : place.accesses) {
    const int position = at(place.messages, other.message).position;
    // A read comes before the writes behind what it read; two reads of one
    // message are not ordered.
    const bool earlier = (candidate.writes || other.writes)
                             ? position <= candidate.position
                             : position < candidate.position;
    if (earlier) result.earlier |= other.source;
    if (position > candidate.position)
      result.later |=
          other.self | seq_cst_.fences_after(other.thread, other.step);
  }
  return result;
}

// The seq_cst fences that happen before the access, which may learn of some by
// what it acquires.
Nodes Memory::source(const Location& place, const Candidate& candidate) const {
  const Nodes known = seq_cst_.fences_before(view().steps);
  if (!candidate.reads || !acquires(candidate.order)) return known;
  const Message& message = place.in_place(candidate.position);
  return known | seq_cst_.fences_before(message.released.steps);
}

// ---- Claims ----------------------------------------------------------------

void Memory::claim_last_load() {
  const Load& last = me().last_load;
  Location& place = at(locations_, last.location);
  const int mine = at(place.messages, last.message).position;
  place.claims.push_back({last.message, current_, last.step});
  for (const Message& other : place.messages)
    if (other.position > mine && at(other.released.steps, current_) < last.step)
      fail(
          "a slot in use was overwritten by a store that is not ordered "
          "after its load");
}

// The newest message is the running thread's.
void Memory::check_claims(const Location& place) const {
  const int message = static_cast<int>(place.messages.size()) - 1;
  for (const Claim& claim : place.claims)
    if (claim.message != message && !happened(claim.thread, claim.step))
      fail(
          "a slot in use is overwritten by a store that is not ordered after "
          "its load");
}

// ---- What a walk asks ------------------------------------------------------

std::vector<Bits> Memory::values(int location) const {
  const Location& place = at(locations_, location);
  std::vector<Bits> result;
  for (const int message : place.order)
    result.push_back(at(place.messages, message).value);
  return result;
}

// Message numbers tell the order in which an execution ran; positions and the
// threads' own steps do not.
std::string Memory::fingerprint() const {
  std::ostringstream text;
  for (int l = 0; l < location_count_; ++l) {
    const Location& place = at(locations_, l);
    std::vector<std::array<int, 4>> accesses;
    for (const Access& access : place.accesses)
      accesses.push_back({at(place.messages, access.message).position,
                          !access.writes, access.thread, access.step});
    std::sort(accesses.begin(), accesses.end());
    for (const auto& [position, reads, thread, step] : accesses)
      text << position << (reads ? 'r' : 'w') << thread << '.' << step << ' ';
    text << '\n';
  }
  return text.str();
}

}  // namespace nn::model
