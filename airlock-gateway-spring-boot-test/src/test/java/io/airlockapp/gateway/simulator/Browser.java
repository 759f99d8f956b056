/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

import org.springframework.util.FileSystemUtils;

/**
 * A headless browser that is installed on this machine. Nothing is downloaded.
 */
final class Browser implements AutoCloseable {

	/**
	 * Selenium warns that it has no typed API for the browser's version, which isn't
	 * used.
	 */
	private static final Logger seleniumLogger = Logger.getLogger("org.openqa.selenium");

	static {
		seleniumLogger.setLevel(Level.SEVERE);
	}

	static final String NEEDS = "They need Chromium (at CHROME_BIN or in the usual places) "
			+ "and chromedriver (at CHROMEDRIVER_BIN or in the usual places)";

	private final Path profile;

	private final ChromeDriver driver;

	private Browser(Path profile, ChromeDriver driver) {
		this.profile = profile;
		this.driver = driver;
	}

	/**
	 * Start the browser, or say that there is none.
	 * @return the browser, or {@code null}
	 */
	static Browser startIfInstalled() {
		File browser = find("CHROME_BIN", "chromium", "google-chrome");
		File driver = find("CHROMEDRIVER_BIN", "chromedriver");
		if (browser == null || driver == null) {
			System.out.println("SKIPPED: the tests of the approver's page. " + NEEDS);
			return null;
		}
		return start(browser, driver);
	}

	private static File find(String variable, String... names) {
		String explicit = System.getenv(variable);
		Stream<File> candidates = (explicit != null) ? Stream.of(new File(explicit))
				: Stream.of(names).flatMap(Browser::places);
		return candidates.filter(File::canExecute).findFirst().orElse(null);
	}

	private static Stream<File> places(String name) {
		String path = System.getenv().getOrDefault("PATH", "");
		return Stream.concat(Stream.of("/usr/bin"), Stream.of(path.split(File.pathSeparator)))
			.map((directory) -> new File(directory, name));
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
		// Text that fades in is not yet visible
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--window-size=1280,1000", "--force-prefers-reduced-motion", "--user-data-dir=" + profile);
		// With an explicit executable Selenium looks for none, and downloads none
		ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(driver).build();
		return new Browser(profile, new ChromeDriver(service, options));
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
