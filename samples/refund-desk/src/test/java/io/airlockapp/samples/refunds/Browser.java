package io.airlockapp.samples.refunds;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A headless browser that is installed on this machine. Nothing is downloaded.
 */
final class Browser implements AutoCloseable {

	// Selenium warns of browsers that are newer than itself
	private static final Logger seleniumLogger = Logger.getLogger("org.openqa.selenium");

	static {
		seleniumLogger.setLevel(Level.SEVERE);
	}

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
			System.out.println("SKIPPED: the refund desk's tests in a browser. They need Chromium (at CHROME_BIN or in "
					+ "the usual places) and chromedriver (at CHROMEDRIVER_BIN or in the usual places)");
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
		try {
			Path profile = Files.createTempDirectory("refund-desk");
			ChromeOptions options = new ChromeOptions();
			options.setBinary(browser);
			// Text that fades in is not yet visible
			options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
					"--disable-background-networking", "--disable-component-update", "--disable-sync",
					"--window-size=1280,1000", "--force-prefers-reduced-motion", "--user-data-dir=" + profile);
			// With an explicit executable Selenium looks for none, and downloads none
			ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(driver).build();
			return new Browser(profile, new ChromeDriver(service, options));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Open a page in a new tab, and go there.
	 * @param url the page's URL
	 * @return the tab
	 */
	String open(String url) {
		this.driver.switchTo().newWindow(WindowType.TAB);
		this.driver.get(url);
		return this.driver.getWindowHandle();
	}

	/**
	 * Go to another tab.
	 * @param tab the tab
	 */
	void goTo(String tab) {
		this.driver.switchTo().window(tab);
	}

	/**
	 * Type into an empty or filled field.
	 * @param selector the field's CSS selector
	 * @param text the text
	 */
	void type(String selector, String text) {
		WebElement field = this.driver.findElement(By.cssSelector(selector));
		field.clear();
		field.sendKeys(text);
	}

	/**
	 * Click at something.
	 * @param selector its CSS selector
	 */
	void click(String selector) {
		this.driver.findElement(By.cssSelector(selector)).click();
	}

	/**
	 * Return the visible text of all that is selected.
	 * @param selector the CSS selector
	 * @return the text
	 */
	String text(String selector) {
		return find(selector).stream().map(WebElement::getText).collect(Collectors.joining("\n"));
	}

	/**
	 * Return what is in a field.
	 * @param selector the field's CSS selector
	 * @return the value
	 */
	String value(String selector) {
		return this.driver.findElement(By.cssSelector(selector)).getDomProperty("value");
	}

	/**
	 * Return what is selected.
	 * @param selector the CSS selector
	 * @return the elements
	 */
	List<WebElement> find(String selector) {
		return this.driver.findElements(By.cssSelector(selector));
	}

	/**
	 * Wait until something has a text.
	 * @param selector its CSS selector
	 * @param text the text that it is to contain
	 */
	void awaitText(String selector, String text) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.ignoreException(StaleElementReferenceException.class)
			.untilAsserted(() -> assertThat(text(selector)).contains(text));
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
