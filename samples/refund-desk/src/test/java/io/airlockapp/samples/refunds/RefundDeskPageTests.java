package io.airlockapp.samples.refunds;

import java.math.BigDecimal;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for the refund desk's page and the approver's, side by side in a real browser.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureAirlockSimulator(patience = "1m")
class RefundDeskPageTests {

	private static Browser browser;

	@Autowired
	private AirlockSimulator simulator;

	@Autowired
	private RefundService service;

	@LocalServerPort
	private int port;

	private String desk;

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
	void openDesk() {
		assumeTrue(browser != null, "There is no browser");
		this.desk = browser.open("http://127.0.0.1:" + this.port + "/");
	}

	@Test
	void refundsOnceThePersonApproves() {
		submit("101", "1249.50");
		browser.awaitText(".refund", "Waiting for approval");
		assertThat(browser.text("[data-state=waiting] .state-time")).matches("[0-9]:[0-9]{2}");
		browser.open(this.simulator.approverUrl());
		browser.awaitText(".card", "Refund 1249.50 for order 101");
		assertThat(browser.text("body")).contains("iban=DE02120300000000202051");
		assertThat(this.service.refunds()).noneMatch((refund) -> refund.order() == 101);
		browser.click(".card .button-primary");
		browser.goTo(this.desk);
		browser.awaitText(".refund", "Done");
		assertThat(this.service.refunds()).anySatisfy((refund) -> {
			assertThat(refund.order()).isEqualTo(101);
			assertThat(refund.amount()).isEqualTo(new BigDecimal("1249.50"));
		});
	}

	@Test
	void showsThePersonsReasonAsText() {
		String reason = "<img src=x> Refunded on Monday";
		submit("102", "20");
		browser.open(this.simulator.approverUrl());
		browser.awaitText(".card", "order 102");
		browser.type(".card .reason input", reason);
		browser.click(".card .button-danger");
		browser.goTo(this.desk);
		browser.awaitText("[data-state=denied]", "Denied");
		assertThat(browser.text("[data-state=denied]")).contains(reason);
		assertThat(browser.find("#refunds img")).isEmpty();
		assertThat(this.service.refunds()).noneMatch((refund) -> refund.order() == 102);
	}

	@Test
	void pageWhenApprovalIsUnavailableShowsIt() {
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 422);
		submit("103", "20");
		browser.awaitText("[data-state=unavailable]", "Unavailable");
		assertThat(browser.text("[data-state=unavailable] .detail")).contains("Approval cannot be requested");
	}

	@Test
	void pageWhenFieldsAreInvalidShowsErrors() {
		submit("0", "a lot");
		assertThat(browser.text("#order-error")).isNotEmpty();
		assertThat(browser.text("#amount-error")).isNotEmpty();
		assertThat(browser.find("[data-state=waiting]")).isEmpty();
	}

	@Test
	@RejectAll("<img src=x> Refunded on Monday")
	void showsTheFormAgainWithTheReasonAndWhatWasTyped() {
		openForm();
		submitForm("104", "20.50", "de02 1203 0000 0000 2020 51");
		browser.awaitText("#problem", "The refund was denied.");
		assertThat(browser.text("#reason")).isEqualTo("<img src=x> Refunded on Monday");
		assertThat(browser.find("img")).isEmpty();
		assertThat(browser.value("#order")).isEqualTo("104");
		assertThat(browser.value("#amount")).isEqualTo("20.50");
		assertThat(browser.value("#iban")).isEqualTo("de02 1203 0000 0000 2020 51");
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		browser.click("#submit");
		browser.awaitText("#refunds", "Order 104: 20.50");
		assertThat(this.service.refunds()).extracting(Refund::order).containsOnlyOnce(104L);
	}

	@Test
	void formIgnoresParametersOfLink() {
		browser.open("http://127.0.0.1:" + this.port + "/form?order=105&problem=x&iban=DE02120300000000202051");
		assertThat(browser.find("#problem")).isEmpty();
		assertThat(browser.value("#order")).isEmpty();
		assertThat(browser.value("#iban")).isEmpty();
	}

	private void openForm() {
		browser.open("http://127.0.0.1:" + this.port + "/form");
	}

	private static void submitForm(String order, String amount, String iban) {
		browser.type("#order", order);
		browser.type("#amount", amount);
		browser.type("#iban", iban);
		browser.click("#submit");
	}

	private static void submit(String order, String amount) {
		browser.type("#order", order);
		browser.type("#amount", amount);
		browser.click("#submit");
	}

}
