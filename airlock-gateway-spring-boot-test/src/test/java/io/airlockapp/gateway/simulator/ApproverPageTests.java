/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.simulator.HandledRequest.Outcome;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for the approver's page, in a real browser.
 */
@Tag("slow")
class ApproverPageTests {

	private static final String MARKUP = "<img src=x onerror=\"document.body.dataset.hacked='yes'\">";

	private static Browser browser;

	private MutableClock clock;

	private AirlockSimulator simulator;

	private TestEnforcer enforcer;

	private String window;

	@BeforeAll
	static void startBrowser() {
		browser = Browser.startIfInstalled();
	}

	@AfterAll
	static void closeBrowser() {
		if (browser != null) {
			browser.close();
		}
	}

	@BeforeEach
	void open() {
		assumeTrue(browser != null, Browser.NEEDS);
		this.clock = new MutableClock();
		this.simulator = AirlockSimulator.builder().clock(this.clock).start();
		this.enforcer = new TestEnforcer(this.simulator);
		browser.resize(1280, 1000);
		this.window = driver().getWindowHandle();
		driver().get(this.simulator.approverUrl());
		awaitUntil(() -> text("#link").equals("Live"));
	}

	@AfterEach
	void close() {
		if (this.simulator == null) {
			return;
		}
		List<String> messages = driver().manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.map(Object::toString)
			.filter((message) -> !message.contains("status of 400") && !message.contains("status of 409"))
			.toList();
		driver().get("about:blank");
		this.simulator.close();
		// A violated Content-Security-Policy would be among them
		assertThat(messages).isEmpty();
	}

	@Test
	void showsARequestAsItArrivesAndApprovesIt() {
		assertThat(find("#empty").isDisplayed()).isTrue();
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		WebElement card = awaitCard();
		assertThat(find("#empty").isDisplayed()).isFalse();
		assertThat(text(".card .label")).isEqualTo("Refund");
		assertThat(text(".card .description")).isEqualTo("Refund 25.00 EUR for order 4711");
		assertThat(text(".card .command")).isEqualTo("RefundService.refund(order=4711, amount=25.00)");
		assertThat(texts(".card .arguments tbody tr")).containsExactlyInAnyOrder("order 4711", "amount 25.00");
		assertThat(text(".card .facts")).contains("payments", "refund-desk", "spring-boot", "command.review",
				"refund-desk-1");
		assertThat(text(".card .left")).containsPattern("[45]:\\d\\d left");
		assertThat(driver().getTitle()).isEqualTo("(1) Airlock approver");
		assertThat(find("#announcer").getDomProperty("textContent"))
			.isEqualTo("New request: Refund 25.00 EUR for order 4711");
		assertThat(texts(".card .button")).containsExactly("Approve", "Reject");
		button(card, "Approve").click();
		awaitUntil(() -> texts(".entry").size() == 1);
		assertThat(text(".entry")).contains("Refund 25.00 EUR for order 4711", "Approved");
		assertThat(this.simulator.history()).extracting(HandledRequest::outcome).containsExactly(Outcome.APPROVED);
		assertThat(this.enforcer.await(requestId, 1).text("/body/decision")).isEqualTo("approve");
		awaitUntil(() -> find("#empty").isDisplayed());
		assertThat(driver().getTitle()).isEqualTo("Airlock approver");
	}

	@Test
	void rejectsWithAReason() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		WebElement card = awaitCard();
		card.findElement(By.tagName("input")).sendKeys("  Not without a ticket ");
		button(card, "Reject").click();
		awaitUntil(() -> texts(".entry").size() == 1);
		assertThat(text(".entry")).contains("Rejected", "\u201cNot without a ticket\u201d");
		JsonNode body = this.enforcer.await(requestId, 1).json().path("body");
		assertThat(body.path("decision").stringValue()).isEqualTo("reject");
		assertThat(body.path("reason").stringValue()).isEqualTo("Not without a ticket");
	}

	@Test
	void decidesByKeyboardAndMovesTheFocusToTheNextRequest() {
		this.enforcer.submit(TestEnforcer.plaintext());
		this.enforcer.submit(TestEnforcer.plaintext().put("description", "The next one"));
		awaitUntil(() -> driver().findElements(By.cssSelector(".card")).size() == 2);
		button(find(".card"), "Approve").sendKeys(Keys.ENTER);
		awaitUntil(() -> driver().findElements(By.cssSelector(".card")).size() == 1);
		assertThat(driver().switchTo().activeElement()).isEqualTo(find(".card"));
		assertThat(text(".card .description")).isEqualTo("The next one");
	}

	@Test
	void markupInHostileTextIsShownAsText() {
		ObjectNode plaintext = TestEnforcer.plaintext()
			.put("description", MARKUP)
			.put("commandText", "<script>document.body.dataset.hacked='yes'</script>")
			.put("source", MARKUP);
		plaintext.putObject("arguments").put(MARKUP, MARKUP);
		actions(plaintext).addObject()
			.put("id", MARKUP)
			.put("caption", MARKUP)
			.put("style", "primary")
			.put("decision", "approve");
		ObjectNode submission = submission(plaintext);
		((ObjectNode) submission.at("/body/metadata")).put("requestLabel", "L" + MARKUP)
			.put("workspaceName", MARKUP)
			.put("repoName", MARKUP);
		((ObjectNode) submission.get("sender")).put("enforcerId", MARKUP);
		this.enforcer.post("/v1/artifacts", submission);
		this.enforcer.post("/v1/presence/heartbeat",
				HarpJson.mapper()
					.createObjectNode()
					.put("enforcerId", MARKUP)
					.put("enforcerLabel", MARKUP)
					.put("workspaceName", MARKUP));
		WebElement card = awaitCard();
		assertThat(text(".card .description")).isEqualTo(MARKUP);
		assertThat(text(".card .label")).isEqualTo("L" + MARKUP);
		assertThat(text(".card .command")).startsWith("<script>");
		assertThat(text(".card .arguments")).contains(MARKUP);
		assertThat(text(".card .facts")).contains(MARKUP);
		assertThat(text(".card .button")).isEqualTo(MARKUP);
		awaitUntil(() -> text("#apps").contains(MARKUP));
		card.findElement(By.tagName("input")).sendKeys(MARKUP);
		find(".card .button").click();
		awaitUntil(() -> texts(".entry").size() == 1);
		assertThat(text(".entry")).contains("\u201c" + MARKUP + "\u201d");
		assertThat(driver().findElements(By.cssSelector(".layout img, .layout script"))).isEmpty();
		assertThat(find("body").getDomAttribute("data-hacked")).isNull();
	}

	@Test
	void spellsOutCharactersThatReorderText() {
		this.enforcer.submit(
				TestEnforcer.plaintext().put("description", "Refund \u202e00.52\u202c, \u3164\u2068\"\u05d0\"\u2069"));
		awaitCard();
		assertThat(text(".card .description")).isEqualTo("Refund \\u202e00.52\\u202c, \\u3164\u2068\"\u05d0\"\u2069");
	}

	@Test
	void offersTheRequestedActions() {
		ObjectNode plaintext = TestEnforcer.plaintext();
		ArrayNode actions = actions(plaintext);
		actions.addObject()
			.put("id", "keep")
			.put("caption", "Keep the tenant")
			.put("style", "secondary")
			.put("decision", "reject");
		actions.addObject()
			.put("id", "delete")
			.put("caption", "Delete the tenant")
			.put("style", "danger")
			.put("decision", "approve");
		this.enforcer.submit(plaintext);
		WebElement card = awaitCard();
		assertThat(texts(".card .button")).containsExactly("Keep the tenant", "Delete the tenant");
		assertThat(find(".card .button-danger").getText()).isEqualTo("Delete the tenant");
		button(card, "Delete the tenant").click();
		awaitUntil(() -> texts(".entry").size() == 1);
		assertThat(this.simulator.history()).extracting(HandledRequest::outcome).containsExactly(Outcome.APPROVED);
	}

	@Test
	void unreadableRequestCanOnlyBeRejected() {
		this.enforcer.post("/v1/artifacts",
				this.enforcer.submission(this.enforcer.newRequestId(), TestEnforcer.plaintext(),
						Instant.now().plusSeconds(60), EncryptionKey.of(new byte[32]), this.simulator.routingToken()));
		awaitCard();
		assertThat(text(".card .problem")).contains("can\u2019t be read");
		assertThat(texts(".card .button")).containsExactly("Reject");
	}

	@Test
	void requestThatIsWithdrawnOrExpiresIsRemoved() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		awaitCard();
		this.enforcer.withdraw(requestId);
		awaitUntil(() -> texts(".entry-word").equals(List.of("Withdrawn by the app")));
		this.enforcer.submit(TestEnforcer.plaintext());
		awaitUntil(() -> driver().getTitle().startsWith("(1)"));
		this.clock.advanceSeconds(3600);
		awaitUntil(() -> driver().findElements(By.cssSelector(".card")).isEmpty());
		assertThat(texts(".entry-word")).containsExactly("Expired", "Withdrawn by the app");
	}

	@Test
	void pairsAnAppByItsCode() {
		find("#pair-code").sendKeys("NOSUCH");
		find("#pair button").click();
		awaitUntil(() -> text("#pair-message").equals("No pairing waits for this code."));
		JsonNode initiated = this.enforcer
			.post("/v1/pairing/initiate",
					HarpJson.mapper()
						.createObjectNode()
						.put("deviceId", "device-1")
						.put("enforcerId", "refund-desk-1")
						.put("x25519PublicKey", PairingKeyAgreement.generate().publicKey()))
			.json();
		find("#pair-code").clear();
		find("#pair-code").sendKeys(initiated.path("pairingCode").stringValue());
		find("#pair button").click();
		awaitUntil(() -> text("#pair-message").startsWith("Paired"));
		String status = "/v1/pairing/" + initiated.path("pairingNonce").stringValue() + "/status";
		assertThat(this.enforcer.get(status).text("/state")).isEqualTo("Completed");
		assertThat(text("#fingerprint")).isEqualTo(this.simulator.signerKey().fingerprint());
	}

	@Test
	void makesACodeForAnAppToClaim() {
		find("#make-code").click();
		awaitUntil(() -> find("#made-code").isDisplayed());
		ObjectNode claim = HarpJson.mapper()
			.createObjectNode()
			.put("pairingCode", text("#made-code"))
			.put("deviceId", "device-1")
			.put("enforcerId", "refund-desk-1")
			.put("enforcerLabel", "Refund desk")
			.put("workspaceName", "payments")
			.put("x25519PublicKey", PairingKeyAgreement.generate().publicKey());
		assertThat(this.enforcer.post("/v1/pairing/claim", claim).status()).isEqualTo(200);
	}

	@Test
	void oneApproverNeedsNoSwitch() {
		assertThat(find("#who").isDisplayed()).isFalse();
	}

	@Test
	void eachApproverHasAWindowWithItsOwnRequests() {
		SimulatedApprover ann = this.simulator.addApprover("ann");
		SimulatedApprover ben = this.simulator.addApprover("ben");
		String first = openWindow(ann);
		String second = openWindow(ben);
		this.enforcer.submit(TestEnforcer.plaintext().put("description", "For Ann"), ann);
		this.enforcer.submit(TestEnforcer.plaintext().put("description", "For Ben"), ben);
		awaitUntil(() -> texts(".card .description").equals(List.of("For Ben")));
		String colorOfBen = find("#who").getCssValue("background-color");
		assertThat(text("#who-name")).isEqualTo("ben");
		assertThat(driver().getTitle()).isEqualTo("(1) ben \u00b7 Airlock approver");
		assertThat(text("#key-id")).isEqualTo(ben.signerKey().id());
		driver().switchTo().window(first);
		awaitUntil(() -> texts(".card .description").equals(List.of("For Ann")));
		assertThat(text("#who-name")).isEqualTo("ann");
		assertThat(Double.parseDouble(find("#who-name").getCssValue("font-size").replace("px", ""))).isGreaterThan(24);
		assertThat(find("#who").getCssValue("background-color")).isNotEqualTo(colorOfBen);
		button(find(".card"), "Approve").click();
		awaitUntil(() -> texts(".entry-word").equals(List.of("Approved")));
		driver().switchTo().window(second);
		assertThat(texts(".entry")).isEmpty();
		button(find(".card"), "Reject").click();
		awaitUntil(() -> texts(".entry-word").equals(List.of("Rejected")));
		assertThat(this.simulator.history()).extracting((handled) -> handled.request().approver())
			.containsExactly("ann", "ben");
		driver().close();
		driver().switchTo().window(first);
		driver().close();
		driver().switchTo().window(this.window);
	}

	@Test
	void switchesToAnotherApprover() {
		SimulatedApprover ann = this.simulator.addApprover("ann");
		this.enforcer.submit(TestEnforcer.plaintext(), ann);
		awaitUntil(() -> texts("#approvers a").equals(List.of("default", "ann (1)")));
		assertThat(find("#empty").isDisplayed()).isTrue();
		assertThat(text("#approvers [aria-current]")).isEqualTo("default");
		find("#approvers a:last-child").click();
		awaitCard();
		assertThat(driver().getCurrentUrl()).isEqualTo(ann.url());
		assertThat(text("#approvers [aria-current]")).isEqualTo("ann (1)");
	}

	private String openWindow(SimulatedApprover approver) {
		driver().switchTo().newWindow(WindowType.WINDOW);
		driver().get(approver.url());
		awaitUntil(() -> text("#link").equals("Live"));
		return driver().getWindowHandle();
	}

	@Test
	void pageWhenSimulatorIsClosedShowsReconnecting() {
		this.simulator.close();
		awaitUntil(() -> text("#link").equals("Reconnecting"));
		driver().manage().logs().get(LogType.BROWSER);
	}

	@ParameterizedTest
	@ValueSource(ints = { 320, 390, 768, 1280 })
	void fitsEveryWidth(int width) {
		browser.resize(width, 844);
		this.simulator.addApprover("a".repeat(50));
		ObjectNode plaintext = TestEnforcer.plaintext()
			.put("description", "x".repeat(300))
			.put("commandText", "y".repeat(500));
		plaintext.putObject("arguments").put("n".repeat(100), "z".repeat(300));
		this.enforcer.submit(plaintext);
		awaitCard();
		assertThat(driver().executeScript("return document.documentElement.scrollWidth"))
			.isEqualTo(driver().executeScript("return document.documentElement.clientWidth"));
	}

	@Test
	void namesEveryControlForScreenReaders() {
		this.enforcer.submit(TestEnforcer.plaintext());
		awaitCard();
		assertThat(find("#announcer").getDomAttribute("aria-live")).isEqualTo("polite");
		assertThat(find(".card").getAccessibleName()).isEqualTo("Refund 25.00 EUR for order 4711");
		assertThat(driver().findElements(By.cssSelector("button, input, [tabindex='0']")))
			.filteredOn(WebElement::isDisplayed)
			.hasSizeGreaterThanOrEqualTo(7)
			.allSatisfy((control) -> assertThat(control.getAccessibleName()).isNotBlank());
	}

	private static ArrayNode actions(ObjectNode plaintext) {
		return plaintext.putObject("extensions")
			.putObject("org.harp.requestedActions")
			.put("version", 1)
			.putArray("actions");
	}

	private ObjectNode submission(ObjectNode plaintext) {
		return this.enforcer.submission(this.enforcer.newRequestId(), plaintext, Instant.now().plusSeconds(60));
	}

	private static ChromeDriver driver() {
		return browser.driver();
	}

	private static WebElement find(String selector) {
		return driver().findElement(By.cssSelector(selector));
	}

	private static String text(String selector) {
		return find(selector).getText();
	}

	private static List<String> texts(String selector) {
		return driver().findElements(By.cssSelector(selector)).stream().map(WebElement::getText).toList();
	}

	private static WebElement button(WebElement card, String caption) {
		return card.findElements(By.tagName("button"))
			.stream()
			.filter((button) -> button.getText().equals(caption))
			.findFirst()
			.orElseThrow();
	}

	private static WebElement awaitCard() {
		awaitUntil(() -> !driver().findElements(By.cssSelector(".card")).isEmpty());
		return find(".card");
	}

	private static void awaitUntil(Callable<Boolean> condition) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.ignoreException(StaleElementReferenceException.class)
			.until(condition);
	}

}
