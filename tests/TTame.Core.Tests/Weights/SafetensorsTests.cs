using System.Text;
using TorchSharp;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Weights;

[Trait("Kind", "Unit")]
public sealed class SafetensorsTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    private static byte[] Write(IReadOnlyDictionary<string, Tensor> tensors)
    {
        using MemoryStream file = new();
        Safetensors.Write(file, tensors, new Dictionary<string, string> { ["made by"] = "a test" });
        return file.ToArray();
    }

    private static byte[] File(string header, int bytes) => [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), .. new byte[bytes]];

    [Fact]
    public void Read_WhatWriteWrote_SameTensorsDtypesAndMetadata()
    {
        Dictionary<string, Tensor> tensors = new()
        {
            ["wide"] = arange(6).view(2, 3).@double().transpose(0, 1), ["count"] = tensor(7L), ["empty"] = zeros(0, 4), ["half"] = ones(3).half(), ["flag"] = tensor(true),
        };
        using StateDict read = Safetensors.Read(new MemoryStream(Write(tensors)), "test");
        Assert.Equal("a test", read.Metadata["made by"]);
        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        foreach ((string name, Tensor value) in tensors)
        {
            Assert.Equal(value.dtype, read[name].dtype);
            Assert.Equal(value.shape, read[name].shape);
            Assert.True(value.Equals(read[name]));
        }
    }

    [Fact]
    public void Write_SameTensorsInAnotherOrder_SameBytes()
        => Assert.Equal(Write(new Dictionary<string, Tensor> { ["a"] = ones(2), ["b"] = zeros(3) }), Write(new Dictionary<string, Tensor> { ["b"] = zeros(3), ["a"] = ones(2) }));

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12)]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""[1]""", 0)]
    [InlineData("""{"a":""", 0)]
    public void Fault31_HeaderThatContradictsItself_Refused(string header, int bytes)
        => Assert.Equal("test", Assert.Throws<WeightsException>(() => Safetensors.Read(new MemoryStream(File(header, bytes)), "test")).File);

    [Fact]
    public void Fault31_PickleInsteadOfSafetensors_Refused()
        => Assert.Throws<WeightsException>(() => Safetensors.Read(new MemoryStream([0x80, 2, .. new byte[40]]), "test"));
}
