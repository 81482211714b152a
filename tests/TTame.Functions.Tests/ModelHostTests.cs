using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using TTame.Core.Attention;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;

namespace TTame.Functions.Tests;

[Trait("Kind", "Unit")]
public class ModelHostTests
{
    [Fact]
    public void Device_WhoeverAsksFirst_TheNumberOfThreadsIsTheSettings()
    {
        int before = torch.get_num_threads();
        try
        {
            foreach (int threads in new[] { 1, 2 })
            {
                var settings = SettingsTests.Read(("Device", "cpu"), ("Threads", $"{threads}"));
                using var loop = new InferenceLoop(settings);
                using var host = new ModelHost(settings, new ModelLibrary(Path.GetTempPath(), new()), loop, NullLogger<ModelHost>.Instance);
                Assert.Equal("cpu", host.Device.Device.ToString());

                int seen = 0;
                var activity = new Thread(() => seen = torch.get_num_threads());
                activity.Start();
                activity.Join();
                Assert.Equal(threads, seen);
            }
        }
        finally
        {
            torch.set_num_threads(before);
        }
    }
}
