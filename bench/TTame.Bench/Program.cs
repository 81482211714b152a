using TTame.Bench;

// Usage: dotnet run -c Release --project bench/TTame.Bench [-- NAME...]. One line per measurement.
IBenchmark[] all = [new BoxedCall(), new Resampler(), new Road(), new ClosedFormCost(), new StepCost(), new DurableOverhead(), new BlobService("vgg16"), new BlobService("vit_b_16")];
IBenchmark[] chosen = args.Length == 0 ? all : [.. all.Where(benchmark => args.Contains(benchmark.Name))];
if (chosen.Length == 0)
{
    Console.Error.WriteLine($"No benchmark of that name. There are: {string.Join(", ", all.Select(benchmark => benchmark.Name))}");
    return 2;
}
foreach (IBenchmark benchmark in chosen)
    foreach (Measurement measured in benchmark.Run())
        Console.WriteLine(FormattableString.Invariant($"{benchmark.Name,-14} {measured.What,-48} {measured.Value,10:0.00} {measured.Unit}"));
return 0;
