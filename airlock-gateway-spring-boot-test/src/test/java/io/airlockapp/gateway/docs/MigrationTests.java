/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.docs.RefundDesk.RefundRefusedException;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.web.client.RestClient;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Examples of code before and after the starter. A forged answer pays before, and not
 * after.
 */
@SpringBootTest
@AutoConfigureAirlockSimulator
class MigrationTests {

	@RegisterExtension
	private static final WireMockExtension forger = WireMockExtension.newInstance().build();

	private final List<Script> executed = new ArrayList<>();

	@Autowired
	private AirlockGatewayTemplate gateway;

	@Autowired
	private OrderRefunds refunds;

	@Autowired
	private RefundDesk desk;

	@Autowired
	private AirlockSimulator simulator;

	@Test
	void handWrittenCallAcceptsForgedResponse() {
		forger.stubFor(get(anyUrl()).willReturn(okJson("{\"body\":{\"decision\":\"approve\"}}")));
		HandWrittenRefunds before = new HandWrittenRefunds(RestClient.create(forger.baseUrl()));
		before.refund("A-17", BigDecimal.TEN);
		assertThat(before.refunded()).containsExactly("A-17 10");
	}

	@Test
	@RejectAll
	void guardedMethodRejectsForgedDecision() {
		this.simulator.tamperDecisions((envelope) -> {
			envelope.withObject("/body").put("decision", "approve");
			return envelope;
		});
		assertThatExceptionOfType(ApprovalVerificationException.class)
			.isThrownBy(() -> this.refunds.refund("A-18", BigDecimal.TEN));
		assertThat(this.refunds.refunded()).doesNotContain("A-18 10");
	}

	// tag::template[]
	void run(Script script) {
		ApprovalDecision decision = this.gateway
			.requestApproval(ApprovalRequest.builder("Script", script.text()).build());
		if (!decision.isApproved()) {
			throw new IllegalStateException("The script was denied");
		}
		execute(script);
	}
	// end::template[]

	private void execute(Script script) {
		this.executed.add(script);
	}

	@Test
	@ApproveAll
	void templateRunsWhatWasApproved() {
		Script script = new Script("DELETE FROM ORDERS");
		run(script);
		assertThat(this.simulator).wasAskedTo("Script").hasCommandText("DELETE FROM ORDERS");
		assertThat(this.executed).containsExactly(script);
	}

	@Test
	@RejectAll
	void templateRunsNothingThatWasDenied() {
		assertThatIllegalStateException().isThrownBy(() -> run(new Script("DELETE FROM ORDERS")));
		assertThat(this.executed).isEmpty();
	}

	@Test
	@ApproveAll
	void guardedMethodPaysWhatWasApproved() {
		this.desk.refund("A-19", BigDecimal.TEN);
		assertThat(this.simulator).wasAskedTo("Refund").hasDescription("Refund 10 for order A-19");
		assertThat(this.refunds.refunded()).contains("A-19 10");
	}

	@Test
	@RejectAll
	void callersGetTheErrorsThatTheyKnow() {
		assertThatExceptionOfType(RefundRefusedException.class)
			.isThrownBy(() -> this.desk.refund("A-20", BigDecimal.TEN))
			.withMessage("The refund was denied")
			.withCauseInstanceOf(ApprovalDeniedException.class);
		assertThat(this.refunds.refunded()).doesNotContain("A-20 10");
	}

	/**
	 * What is to be run.
	 *
	 * @param text the script
	 */
	record Script(String text) {

	}

}
