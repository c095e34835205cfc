#include "model/seq_cst_order.hpp"

#include <algorithm>

namespace nn::model {
namespace {

Nodes only(int node) {
  return Nodes{1} << node;
}

}  // namespace

// ---- The graph -------------------------------------------------------------

bool Graph::add_edges(Nodes from, Nodes to) {
  if (from == 0 || to == 0) return true;
  Nodes below = to;
  for (int i = 0; i < size_; ++i)
    if (to & only(i)) below |= at(reach_, i);
  if (below & from) return false;
  for (int i = 0; i < size_; ++i)
    if ((only(i) | at(reach_, i)) & from) at(reach_, i) |= below;
  return true;
}

void Graph::copy_from(const Graph& other) {
  size_ = other.size_;
  std::copy_n(other.reach_.begin(), size_, reach_.begin());
}

// ---- Who comes before whom -------------------------------------------------

void SeqCstOrder::clear() {
  graph_.clear();
  nodes_.clear();
  fences_.clear();
}

// "Strongly happens before": A is in the same thread, or sequenced before
// something that happens before something that is sequenced before us.
Nodes SeqCstOrder::strongly_before(int thread, const Steps& known) const {
  Nodes result = 0;
  for (int i = 0; i < graph_.size(); ++i) {
    const Node& node = at(nodes_, i);
    if (node.thread == thread || node.step < at(known, node.thread))
      result |= only(i);
  }
  return result;
}

Nodes SeqCstOrder::fences_before(const Steps& known) const {
  Nodes result = 0;
  for (const Fence& fence : fences_)
    if (fence.step <= at(known, fence.thread)) result |= fence.self;
  return result;
}

Nodes SeqCstOrder::fences_after(int thread, int step) const {
  Nodes result = 0;
  for (const Fence& fence : fences_)
    if (step <= at(fence.known, thread)) result |= fence.self;
  return result;
}

// ---- Demands ---------------------------------------------------------------

bool SeqCstOrder::enter(const Demands& demands, Graph& graph) {
  if (demands.self != 0) graph.add_node();
  graph.add_edges(demands.program, demands.self);  // a new node: no cycle
  return graph.add_edges(demands.earlier, demands.self) &&
         graph.add_edges(demands.source, demands.later);
}

bool SeqCstOrder::allows(const Demands& demands) {
  scratch_.copy_from(graph_);
  return enter(demands, scratch_);
}

bool SeqCstOrder::add_access(const Demands& demands, int thread, int step) {
  if (demands.self != 0) nodes_.push_back({thread, step});
  return enter(demands, graph_);
}

// Nothing comes after a fence yet, so it closes no cycle.
void SeqCstOrder::add_fence(const Demands& demands, int thread,
                            const Steps& known) {
  const int step = at(known, thread);
  nodes_.push_back({thread, step});
  fences_.push_back({demands.self, thread, step, known});
  enter(demands, graph_);
}

}  // namespace nn::model
