using TTame.Cli.Commands;

namespace TTame.Cli.Tests;

[Trait("Kind", "Unit")]
public class ImportBackboneCommandTests
{
    [Theory]
    [InlineData("http://localhost/vgg16-397923af.pth")]
    [InlineData("ftp://localhost/vgg16-397923af.pth")]
    [InlineData("https://localhost/")]
    public async Task Fetch_AddressIsNoHttpsFile_RefusedBeforeAnyConnection(string address)
        => Assert.Equal(ExitCode.Usage, (await Assert.ThrowsAsync<CliException>(() => ImportBackboneCommand.Fetch(new(address), CancellationToken.None))).ExitCode);

    [Theory]
    [InlineData(11L, 0)]
    [InlineData(null, 10)]
    [InlineData(3L, 10)]
    public async Task Copy_MoreThanAllowed_StopsAtTheBound(long? stated, int written)
    {
        using MemoryStream from = new(new byte[200_000]), to = new();
        long most = stated > 10 ? 10 : 100_000;

        Assert.Equal(ExitCode.Input, (await Assert.ThrowsAsync<CliException>(() => ImportBackboneCommand.Copy(from, to, stated, most, CancellationToken.None))).ExitCode);
        Assert.InRange(to.Length, written, most);
    }

    [Fact]
    public async Task Copy_ExactlyAllowed_CopiesAll()
    {
        using MemoryStream from = new([1, 2, 3]), to = new();

        await ImportBackboneCommand.Copy(from, to, null, 3, CancellationToken.None);

        Assert.Equal([1, 2, 3], to.ToArray());
    }
}
