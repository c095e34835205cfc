#include "common/files/safetensors.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/error.hpp"
#include "tests/support/temp_folder.hpp"

namespace nn {
namespace {

std::string length_bytes(std::uint64_t length) {
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes;
}

std::string floats(const std::vector<float>& values) {
  std::string bytes(4 * values.size(), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::string file_of(const std::string& header, const std::string& data = "") {
  return length_bytes(header.size()) + header + data;
}

// Writes the bytes, reads them, and returns the refusal without the path.
std::string refusal(const std::string& bytes) {
  const TempFolder folder;
  const auto path = folder.put("m.safetensors", bytes);
  const std::string message =
      message_of<InputError>([&] { read_safetensors(path); });
  const std::string start = path.string() + ": ";
  EXPECT_TRUE(message.starts_with(start)) << message;
  return message.substr(start.size());
}

// A header with one tensor `a`.
std::string one_tensor(const std::string& shape, const std::string& offsets,
                       const std::string& dtype = "\"F32\"") {
  return R"({"a":{"dtype":)" + dtype + R"(,"shape":)" + shape +
         R"(,"data_offsets":)" + offsets + "}}";
}

Safetensors small_model() {
  Safetensors model;
  model.tensors = {{"W1", {{1, 2, 3}, {4, 5, 6}}},
                   {"b1", Matrix{7, 8}.t(), 1},
                   {"rate", Matrix{9}, 0}};
  model.metadata = {{"format", "nn"}, {"says \"hello\"", "two\nlines, é"}};
  return model;
}

void expect_equal(const Safetensors& a, const Safetensors& b) {
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (std::size_t i = 0; i < a.tensors.size(); ++i) {
    EXPECT_EQ(a.tensors[i].name, b.tensors[i].name);
    EXPECT_EQ(a.tensors[i].rank, b.tensors[i].rank);
    EXPECT_EQ(shape_of(a.tensors[i].values), shape_of(b.tensors[i].values));
    EXPECT_TRUE(arma::approx_equal(a.tensors[i].values, b.tensors[i].values,
                                   "absdiff", 0.0F));
  }
  EXPECT_EQ(a.metadata, b.metadata);
}

TEST(Safetensors, ReadsBackWhatItWrote) {
  const TempFolder folder;
  write_safetensors(folder / "m", small_model());
  expect_equal(read_safetensors(folder / "m"), small_model());
  EXPECT_EQ(folder.entries(), 1);
}

TEST(Safetensors, WritesRowsOneAfterTheOther) {
  const TempFolder folder;
  write_safetensors(folder / "m", {small_model().tensors, {}});
  const std::string header =
      R"({"__metadata__":{},)"
      R"("W1":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
      R"("b1":{"dtype":"F32","shape":[2],"data_offsets":[24,32]},)"
      R"("rate":{"dtype":"F32","shape":[],"data_offsets":[32,36]}})";
  const std::string bytes = contents(folder / "m");
  EXPECT_EQ(bytes.substr(8, header.size()), header);
  EXPECT_TRUE(bytes.ends_with(floats({1, 2, 3, 4, 5, 6, 7, 8, 9})));
}

TEST(Safetensors, DataBeginAtAMultipleOf8) {
  for (const std::string name : {"a", "ab", "abc", "abcd"}) {
    const TempFolder folder;
    write_safetensors(folder / "m", {{{name, Matrix{1}}}, {}});
    EXPECT_EQ((contents(folder / "m").size() - sizeof(float)) % 8, 0u);
  }
}

TEST(Safetensors, TakesMatricesWithoutElementsAndFilesWithoutTensors) {
  const TempFolder folder;
  const Safetensors empty = {
      {{"a", Matrix(0, 5)}, {"b", Matrix(3, 0)}, {"c", Matrix(0, 1), 1}}, {}};
  write_safetensors(folder / "m", empty);
  const Safetensors read = read_safetensors(folder / "m");
  EXPECT_EQ(shape_of(read.find("a")->values), "(0 x 5)");
  EXPECT_EQ(shape_of(read.find("b")->values), "(3 x 0)");
  EXPECT_EQ(shape_of(read.find("c")->values), "(0 x 1)");
  write_safetensors(folder / "m", {});
  EXPECT_TRUE(read_safetensors(folder / "m").tensors.empty());
}

TEST(Safetensors, FindsATensorByItsName) {
  const Safetensors model = small_model();
  EXPECT_EQ(model.find("b1"), &model.tensors[1]);
  EXPECT_EQ(model.find("b2"), nullptr);
}

TEST(Safetensors, TakesTensorsInAnyOrderAndUnknownKeysAndPadding) {
  const TempFolder folder;
  const auto path = folder.put(
      "m", file_of(R"({"a":{"shape":[1],"dtype":"F32","data_offsets":[4,8],)"
                   R"("more":1},"b":{"dtype":"F32","shape":[1,1],)"
                   R"("data_offsets":[0,4]}}   )",
                   floats({1, 2})));
  const Safetensors read = read_safetensors(path);
  EXPECT_EQ(read.tensors[0].name, "b");
  EXPECT_EQ(read.find("a")->values(0), 2.0F);
}

// A Python that has NumPy; empty: none.
std::string python() {
  for (const std::string name : {"python3", "/usr/bin/python3"}) {
    const std::string command = name + " -c 'import numpy' 2>/dev/null";
    if (std::system(command.c_str()) == 0) return name;
  }
  return "";
}

TEST(Safetensors, NumPyReadsWhatWeWroteAndWeReadWhatItWrote) {
  if (python().empty()) GTEST_SKIP() << "no NumPy";
  const TempFolder folder;
  write_safetensors(folder / "ours", small_model());
  const auto script = folder.put("s.py", R"(
import json, struct, sys
import numpy as np
raw = open(sys.argv[1], 'rb').read()
n = struct.unpack('<Q', raw[:8])[0]
header = json.loads(raw[8:8 + n])
def get(name):
    e = header[name]
    assert e['dtype'] == 'F32'
    b, t = e['data_offsets']
    return np.frombuffer(raw[8 + n + b:8 + n + t], '<f4').reshape(e['shape'])
assert (get('W1') == [[1, 2, 3], [4, 5, 6]]).all()
assert (get('b1') == [7, 8]).all() and get('b1').shape == (2,)
assert get('rate') == 9 and get('rate').shape == ()
assert header['__metadata__']['says "hello"'] == 'two\nlines, é'
tensors = {'T': np.arange(6, dtype='<f4').reshape(3, 2)}
head = {'T': {'dtype': 'F32', 'shape': [3, 2], 'data_offsets': [0, 24]},
        '__metadata__': {'é': 'ü'}}
text = json.dumps(head).encode()
open(sys.argv[2], 'wb').write(
    struct.pack('<Q', len(text)) + text + tensors['T'].tobytes())
)");
  const std::string command = python() + " " + script.string() + " " +
                              (folder / "ours").string() + " " +
                              (folder / "theirs").string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  const Safetensors theirs = read_safetensors(folder / "theirs");
  EXPECT_TRUE(arma::approx_equal(theirs.find("T")->values,
                                 Matrix{{0, 1}, {2, 3}, {4, 5}}, "absdiff",
                                 0.0F));
  EXPECT_EQ(theirs.metadata.at("é"), "ü");
}

TEST(Safetensors, RefusesToWriteWhatTheFormatCannotHold) {
  const TempFolder folder;
  const auto write = [&](std::vector<Tensor> tensors) {
    write_safetensors(folder / "m", {std::move(tensors), {}});
  };
  EXPECT_THROW(write({{"a", Matrix{1}}, {"a", Matrix{2}}}),
               std::invalid_argument);
  EXPECT_THROW(write({{"__metadata__", Matrix{1}}}), std::invalid_argument);
  EXPECT_THROW(write({{"\xff", Matrix{1}}}), std::invalid_argument);
  EXPECT_THROW(write({{std::string("a\0b", 3), Matrix{1}}}),
               std::invalid_argument);
  EXPECT_THROW(write({{"a", Matrix{1, 2}, 1}}), std::invalid_argument);
  EXPECT_THROW(write({{"a", Matrix{1, 2}, 0}}), std::invalid_argument);
  EXPECT_THROW(write({{"a", Matrix{1}, 3}}), std::invalid_argument);
  EXPECT_THROW(write_safetensors(folder / "m", {{}, {{"data", "caf\xe9"}}}),
               std::invalid_argument);
  EXPECT_EQ(folder.entries(), 0);
}

TEST(Safetensors, RefusesFilesThatAreTooShort) {
  EXPECT_EQ(refusal(""),
            "byte 0: ends within the 8 bytes of the header's length: this is "
            "no safetensors file");
  EXPECT_EQ(refusal("1234567"),
            "byte 7: ends within the 8 bytes of the header's length: this is "
            "no safetensors file");
}

TEST(Safetensors, RefusesAbsurdHeaderLengthsWithoutAllocating) {
  const std::string end =
      " bytes follow: this is no safetensors file, or it is cut off";
  EXPECT_EQ(refusal(length_bytes(3) + "{}"),
            "byte 0: a header of 3 bytes is announced, and 2" + end);
  EXPECT_EQ(refusal(length_bytes(std::uint64_t(-1)) + "{}"),
            "byte 0: a header of 18446744073709551615 bytes is announced, "
            "and 2" +
                end);
  EXPECT_EQ(refusal(length_bytes(0)),
            "byte 0: a header of 0 bytes is announced, and 0" + end);
  EXPECT_EQ(refusal("<!DOCTYPE html><html></html>").substr(0, 18),
            "byte 0: a header o");
}

TEST(Safetensors, RefusesAHeaderOfMoreThanAMegabyte) {
  constexpr std::size_t kMegabyte = 1 << 20;
  const TempFolder folder;
  std::string header = "{}";
  header.resize(kMegabyte, ' ');
  EXPECT_NO_THROW(read_safetensors(folder.put("m", file_of(header))));
  EXPECT_EQ(refusal(file_of(header + " ")),
            "byte 0: the header has 1,048,577 bytes: at most 1,048,576 are "
            "read");
}

TEST(Safetensors, RefusesHeadersThatAreNoJsonObject) {
  EXPECT_EQ(refusal(file_of("[]")), "byte 8: the header must begin with {");
  EXPECT_EQ(refusal(file_of(" {}")), "byte 8: the header must begin with {");
  EXPECT_EQ(refusal(file_of("{]")),
            "byte 10: the header cannot be read: string or '}' expected near "
            "']'");
  EXPECT_EQ(
      refusal(file_of("{} {}")),
      "byte 12: the header cannot be read: end of file expected near '{'");
  EXPECT_EQ(refusal(file_of("{\"\xff\":1}")),
            "byte 10: the header cannot be read: unable to decode byte 0xff "
            "near '\"'");
}

TEST(Safetensors, RefusesNamesGivenTwice) {
  const std::string a = R"("a":{"dtype":"F32","shape":[],"data_offsets":)";
  EXPECT_EQ(
      refusal(file_of("{" + a + "[0,4]}," + a + "[4,8]}}", floats({1, 2}))),
      "byte 64: the header cannot be read: duplicate object key near '\"a\"'");
  EXPECT_EQ(
      refusal(file_of(R"({"a":{"shape":[1],"shape":[2],"data_offsets":[0,4]}})",
                      floats({1}))),
      "byte 33: the header cannot be read: duplicate object key near "
      "'\"shape\"'");
}

TEST(Safetensors, RefusesDeepHeadersBeforeTheyFillTheStack) {
  EXPECT_EQ(refusal(file_of("{\"a\":" + std::string(1000000, '['))),
            "byte 2061: the header cannot be read: maximum parsing depth "
            "reached near '['");
}

TEST(Safetensors, RefusesEntriesThatAreNotComplete) {
  EXPECT_EQ(refusal(file_of(R"({"a":1})")),
            "byte 8: tensor 'a' must be an object");
  EXPECT_EQ(refusal(file_of(R"({"a":{}})")),
            "byte 8: tensor 'a' must have a \"dtype\"");
  EXPECT_EQ(refusal(file_of(R"({"a":{"dtype":"F32"}})")),
            "byte 8: tensor 'a' must have \"shape\" with whole numbers");
  EXPECT_EQ(refusal(file_of(R"({"a":{"dtype":"F32","shape":[1]}})")),
            "byte 8: tensor 'a' must have \"data_offsets\" with whole "
            "numbers");
}

TEST(Safetensors, RefusesOtherTypes) {
  EXPECT_EQ(refusal(file_of(one_tensor("[1]", "[0,2]", "\"F16\""), "xx")),
            "byte 8: tensor 'a' has dtype 'F16': only F32 is read, so convert "
            "it first");
  EXPECT_EQ(refusal(file_of(one_tensor("[1]", "[0,4]", "32"), "xxxx")),
            "byte 8: tensor 'a' must have a \"dtype\"");
}

TEST(Safetensors, RefusesShapesThatAreNotWholeNumbers) {
  for (const std::string shape :
       {"[-1]", "[1.5]", "[1e3]", "\"1\"", "[\"1\"]", "[[1]]", "null"}) {
    EXPECT_EQ(refusal(file_of(one_tensor(shape, "[0,4]"), floats({1}))),
              "byte 8: tensor 'a' must have \"shape\" with whole numbers")
        << shape;
  }
}

TEST(Safetensors, RefusesShapesThatDoNotFitTheirBytes) {
  EXPECT_EQ(refusal(file_of(one_tensor("[2]", "[0,4]"), floats({1}))),
            "byte 8: tensor 'a' has 4 bytes where its shape takes 8");
  EXPECT_EQ(refusal(file_of(one_tensor("[0]", "[0,4]"), floats({1}))),
            "byte 8: tensor 'a' has 4 bytes where its shape takes 0");
  EXPECT_EQ(refusal(file_of(one_tensor("[1,1,1]", "[0,4]"), floats({1}))),
            "byte 8: tensor 'a' has 3 dimensions: at most 2 are read");
}

TEST(Safetensors, RefusesShapesWhoseProductOverflows) {
  EXPECT_EQ(refusal(file_of(one_tensor("[4294967296,4294967296]", "[0,0]"))),
            "byte 8: tensor 'a' has a side of 4294967296");
  EXPECT_EQ(refusal(file_of(one_tensor("[9223372036854775807,2]", "[0,0]"))),
            "byte 8: tensor 'a' has a side of 9223372036854775807");
  EXPECT_EQ(refusal(file_of(one_tensor("[2147483647,2147483647]", "[0,4]"),
                            floats({1}))),
            "byte 8: tensor 'a' has 4 bytes where its shape takes "
            "18446744056529682436");
}

TEST(Safetensors, RefusesNumbersAbove63Bits) {
  EXPECT_EQ(refusal(file_of(one_tensor("[9223372036854775808]", "[0,0]"))),
            "byte 56: the header cannot be read: too big integer near "
            "'9223372036854775808'");
}

TEST(Safetensors, RefusesOffsetsOutOfRange) {
  EXPECT_EQ(refusal(file_of(one_tensor("[2]", "[0,8]"), floats({1}))),
            "byte 8: tensor 'a' ends at 8 of only 4 bytes: the file is cut "
            "off");
  EXPECT_EQ(
      refusal(file_of(one_tensor("[1]", "[0,9223372036854775807]"))),
      "byte 8: tensor 'a' ends at 9223372036854775807 of only 0 bytes: the "
      "file is cut off");
  const std::string two =
      "byte 8: tensor 'a' must have two \"data_offsets\", begin and end";
  EXPECT_EQ(refusal(file_of(one_tensor("[1]", "[4,0]"), floats({1}))), two);
  EXPECT_EQ(refusal(file_of(one_tensor("[1]", "[0]"), floats({1}))), two);
  EXPECT_EQ(refusal(file_of(one_tensor("[1]", "[0,2,4]"), floats({1}))), two);
}

// Two tensors of one number, at these offsets.
std::string two_tensors(const std::string& a, const std::string& b) {
  const std::string start = R"({"dtype":"F32","shape":[1],"data_offsets":)";
  return R"({"a":)" + start + a + R"(},"b":)" + start + b + "}}";
}

TEST(Safetensors, RefusesOverlapsAndHoles) {
  EXPECT_EQ(refusal(file_of(two_tensors("[0,4]", "[0,4]"), floats({1}))),
            "byte 8: tensor 'b' begins at 0 where the one before ends at 4");
  EXPECT_EQ(refusal(file_of(two_tensors("[0,4]", "[2,6]"), floats({1, 2}))),
            "byte 8: tensor 'b' begins at 2 where the one before ends at 4");
  EXPECT_EQ(refusal(file_of(two_tensors("[0,4]", "[8,12]"), floats({1, 2, 3}))),
            "byte 8: tensor 'b' begins at 8 where the one before ends at 4");
  EXPECT_EQ(refusal(file_of(one_tensor("[1]", "[4,8]"), floats({1, 2}))),
            "byte 8: tensor 'a' begins at 4 where the one before ends at 0");
}

TEST(Safetensors, RefusesBytesThatBelongToNoTensor) {
  const std::string header = one_tensor("[1]", "[0,4]");
  EXPECT_EQ(refusal(file_of(header, floats({1}) + "xyz")),
            "byte " + std::to_string(8 + header.size() + 4) +
                ": 3 bytes belong to no tensor");
}

TEST(Safetensors, RefusesValuesThatAreNotFinite) {
  const std::string header = one_tensor("[2]", "[0,8]");
  for (const float strange : {std::numeric_limits<float>::quiet_NaN(),
                              -std::numeric_limits<float>::infinity()}) {
    EXPECT_EQ(refusal(file_of(header, floats({1, strange}))),
              "byte " + std::to_string(8 + header.size() + 4) +
                  ": tensor 'a' holds a value that is not finite");
  }
}

TEST(Safetensors, RefusesMetadataThatAreNotWords) {
  EXPECT_EQ(refusal(file_of(R"({"__metadata__":[]})")),
            "byte 8: __metadata__ must be an object");
  EXPECT_EQ(refusal(file_of(R"({"__metadata__":{"epochs":3}})")),
            "byte 8: __metadata__ 'epochs' must be a string");
}

TEST(Safetensors, QuotesNamesHarmlessly) {
  const std::string message = refusal(
      file_of(R"({"a\u001b[2J\n)" + std::string(1000, 'x') + R"(":1})"));
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  EXPECT_LT(message.size(), 200u);
}

TEST(Safetensors, RefusesEveryTruncation) {
  const TempFolder folder;
  write_safetensors(folder / "m", small_model());
  const std::string whole = contents(folder / "m");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    refusal(whole.substr(0, size));
  }
}

// What it makes of a damaged file is open; that it survives is not.
TEST(Safetensors, SurvivesEveryDamagedByte) {
  const TempFolder folder;
  write_safetensors(folder / "m", small_model());
  const std::string whole = contents(folder / "m");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    try {
      read_safetensors(folder.put("d", damaged));
    } catch (const InputError&) {
    }
  }
}

TEST(Safetensors, RefusesWhatIsNoFile) {
  const TempFolder folder;
  EXPECT_THROW(read_safetensors(folder / "missing"), InputError);
  EXPECT_THROW(read_safetensors(folder.path()), InputError);
}

TEST(Safetensors, RefusesGzip) {
  EXPECT_EQ(refusal(std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10)),
            "byte 0: is packed with gzip: unpack it first");
}

}  // namespace
}  // namespace nn
