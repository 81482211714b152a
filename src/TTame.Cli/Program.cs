using System.CommandLine;
using System.Globalization;
using TTame.Cli;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
return await CommandLine.Run(args);
