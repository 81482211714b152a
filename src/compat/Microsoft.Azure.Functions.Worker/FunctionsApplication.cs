using LocalFunctionsHost;

namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplication
{
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
        => new(HostStart.Prepare(args ?? throw new ArgumentNullException(nameof(args))));
}
