using TorchSharp;
using TTame.Functions.Hosting;

namespace TTame.Functions.Tests;

[Trait("Kind", "Unit")]
public class DeviceChoiceTests
{
    [Fact]
    public void Fault35_Make_AutoWithoutGpu_IsTheCpuAndSaysWhy()
    {
        var choice = DeviceChoice.Make("auto", () => false);

        Assert.Equal(DeviceType.CPU, choice.Device.type);
        Assert.Contains("no GPU", choice.Says);
    }

    [Fact]
    public void Fault35_Make_CudaWithoutGpu_NamesTheSettingAndWhatToDo()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => DeviceChoice.Make("cuda", () => false));

        Assert.Contains("'Device'", refused.Message);
        Assert.Contains("'auto' or 'cpu'", refused.Message);
    }

    [Fact]
    public void Make_Cpu_AsksForNoGpu() => Assert.Equal("cpu", DeviceChoice.Make("cpu", () => throw new InvalidOperationException("asked")).Says);
}
