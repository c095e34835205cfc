/// @file
/// The order S of all sequentially consistent operations and fences.
///
/// The standard ([atomics.order], paragraph 4) asks for one total order S that
/// agrees with "strongly happens before" and, where A comes before B in a
/// variable's coherence order, has A (or a seq_cst fence that happens before
/// A) before B (or a seq_cst fence after which B happens). We keep these
/// demands as edges of a graph; a total order exists as long as the graph has
/// no cycle, so a choice that would close one is not offered.
///
/// S need not be the order in which the explorer runs the steps, nor agree
/// with happens-before: C++20 does not ask for it, and real bugs live there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/explorer.hpp"

namespace nn::model {

/// Like vector[index], for our signed numbers of threads, steps and messages.
template <typename Vector>
auto& at(Vector& vector, int index) {
  return vector[static_cast<std::size_t>(index)];
}

/// A set of nodes of the graph, a bit each.
using Nodes = std::uint64_t;

/// Of each thread, how many of its steps.
using Steps = std::array<int, kMaxThreads>;

/// Edges between nodes, and what can be reached along them.
class Graph {
 public:
  static constexpr int kMaxNodes = 64;

  void clear() { size_ = 0; }
  int size() const { return size_; }
  void add_node() { at(reach_, size_++) = 0; }

  /// Adds an edge from each node of `from` to each of `to`. False, and
  /// useless from then on, if this closes a cycle.
  bool add_edges(Nodes from, Nodes to);

  /// Copies what is in use only.
  void copy_from(const Graph& other);

 private:
  int size_ = 0;
  std::array<Nodes, kMaxNodes> reach_;
};

/// The demands of one access on S.
struct Demands {
  Nodes self = 0;     ///< its node; none if it is not seq_cst
  Nodes program = 0;  ///< strongly happen before it, so come before self
  Nodes earlier = 0;  ///< come before self by coherence
  Nodes source = 0;   ///< self, and the seq_cst fences that happen before it
  Nodes later = 0;    ///< come after source by coherence
};

/// The order S, as far as it is decided.
class SeqCstOrder {
 public:
  void clear();
  bool full() const { return graph_.size() == Graph::kMaxNodes; }

  /// The node that the next operation or fence will be.
  Nodes next() const { return Nodes{1} << graph_.size(); }

  /// The steps that strongly happen before the next step of `thread`, whose
  /// view has `known`.
  Nodes strongly_before(int thread, const Steps& known) const;
  /// The fences that happen before a thread that has `known`.
  Nodes fences_before(const Steps& known) const;
  /// The fences after that step of that thread.
  Nodes fences_after(int thread, int step) const;

  /// Returns true if S can meet these demands too.
  bool allows(const Demands& demands);
  /// Enters an access; false if S cannot be.
  bool add_access(const Demands& demands, int thread, int step);
  /// Enters a fence; `known` is what happens before it, and must come after
  /// `program` and `earlier`.
  void add_fence(const Demands& demands, int thread, const Steps& known);

 private:
  struct Node {
    int thread, step;
  };
  struct Fence {
    Nodes self;
    int thread, step;
    Steps known;  // what happens before it
  };

  static bool enter(const Demands& demands, Graph& graph);

  Graph graph_;
  Graph scratch_;
  std::vector<Node> nodes_;
  std::vector<Fence> fences_;  // those of the nodes that are
};

}  // namespace nn::model
