using LocalFunctionsHost.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace LocalFunctionsHost.Durable;

/// <summary>Gives <c>[DurableClient]</c> parameters the engine's client; this host has one task hub.</summary>
internal sealed class DurableClientBinding(EngineClient client) : IInputBinding
{
    public bool Binds(InputBindingAttribute attribute) => attribute is DurableClientAttribute;

    public object? Value(InputBindingAttribute attribute, FunctionContext context) => client;
}
