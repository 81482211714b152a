using TTame.Testing;

namespace Compat.Functions.Tests;

/// <summary>One Azurite for all tests of the local host; they run one after another.</summary>
[CollectionDefinition(nameof(FunctionsCollection))]
public sealed class FunctionsCollection : ICollectionFixture<AzuriteFixture>
{
}
