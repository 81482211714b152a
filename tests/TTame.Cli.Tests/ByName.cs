using Xunit.Abstractions;
using Xunit.Sdk;

namespace TTame.Cli.Tests;

/// <summary>Tests in the order of their names, so that the checks of one backbone follow each other and its weights are made once; xunit's own order is that of hashes.</summary>
public sealed class ByName : ITestCaseOrderer
{
    /// <inheritdoc/>
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases) where TTestCase : ITestCase
        => testCases.OrderBy(test => test.DisplayName, StringComparer.Ordinal);
}
