using System.Reflection;
using LocalFunctionsHost;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly HostStart _start;
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];
    private bool _built;

    internal FunctionsApplicationBuilder(HostStart start)
    {
        _start = start;
        _host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = start.ApplicationArguments,
            ContentRootPath = start.Settings.ScriptRoot,
            EnvironmentName = Environments.Development,
        });
        _host.Configuration.AddEnvironmentVariables();
        _host.Configuration.AddCommandLine(start.ApplicationArguments);
        start.AddWorkerServices(_host.Services, _host.Logging);
    }

    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_host).Properties;

    public ConfigurationManager Configuration => _host.Configuration;

    public IHostEnvironment Environment => _host.Environment;

    public ILoggingBuilder Logging => _host.Logging;

    public IMetricsBuilder Metrics => _host.Metrics;

    public IServiceCollection Services => _host.Services;

    IConfigurationManager IHostApplicationBuilder.Configuration => _host.Configuration;

    public IHost Build()
    {
        if (_built) throw new InvalidOperationException("Build can only be called once.");
        _built = true;
        // Registered last: it starts after the app's own hosted services and stops before them.
        _start.AddHost(_host.Services, Assembly.GetEntryAssembly()!, _middleware);
        return _host.Build();
    }

    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull
        => _host.ConfigureContainer(factory, configure);

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        if (_built) throw new InvalidOperationException("Middleware cannot be added after Build.");
        _middleware.Add(middleware);
        return this;
    }
}
