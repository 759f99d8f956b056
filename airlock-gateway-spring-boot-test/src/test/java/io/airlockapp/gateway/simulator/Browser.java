package io.airlockapp.gateway.simulator;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.stream.Stream;

import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

import org.springframework.util.FileSystemUtils;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A headless browser that is installed on this machine. Nothing is downloaded.
 */
final class Browser implements AutoCloseable {

	private final Path profile;

	private final ChromeDriver driver;

	private Browser(Path profile, ChromeDriver driver) {
		this.profile = profile;
		this.driver = driver;
	}

	/**
	 * Start the browser, or skip the tests and say so if there is none.
	 */
	static Browser start() {
		File browser = find(System.getenv("CHROME_BIN"), "/usr/bin/chromium", "/usr/bin/google-chrome",
				onPath("chromium"), onPath("google-chrome"));
		File driver = find(System.getenv("CHROMEDRIVER_BIN"), System.getProperty("webdriver.chrome.driver"),
				"/usr/bin/chromedriver", onPath("chromedriver"));
		String missing = (browser == null) ? "Chromium (CHROME_BIN)" : "chromedriver (CHROMEDRIVER_BIN)";
		boolean found = browser != null && driver != null;
		if (!found) {
			System.out.println("SKIPPED: the browser tests of the approver's page need " + missing);
		}
		assumeTrue(found, () -> "Needs " + missing);
		return start(Objects.requireNonNull(browser), Objects.requireNonNull(driver));
	}

	private static Browser start(File browser, File driver) {
		Path profile;
		try {
			profile = Files.createTempDirectory("approver-page");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		LoggingPreferences logging = new LoggingPreferences();
		logging.enable(LogType.BROWSER, Level.ALL);
		ChromeOptions options = new ChromeOptions();
		options.setBinary(browser);
		options.setCapability("goog:loggingPrefs", logging);
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--window-size=1280,1000", "--user-data-dir=" + profile);
		// With an explicit executable Selenium looks for none, and downloads none
		ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(driver).build();
		return new Browser(profile, new ChromeDriver(service, options));
	}

	private static File find(String... candidates) {
		return Stream.of(candidates)
			.filter(Objects::nonNull)
			.map(File::new)
			.filter(File::canExecute)
			.findFirst()
			.orElse(null);
	}

	private static String onPath(String name) {
		return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.map((directory) -> directory + File.separator + name)
			.filter((file) -> new File(file).canExecute())
			.findFirst()
			.orElse(null);
	}

	ChromeDriver driver() {
		return this.driver;
	}

	/**
	 * Let the page be as wide as a phone or a desktop.
	 */
	void resize(int width, int height) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
	}

	@Override
	public void close() {
		this.driver.quit();
		try {
			FileSystemUtils.deleteRecursively(this.profile);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
