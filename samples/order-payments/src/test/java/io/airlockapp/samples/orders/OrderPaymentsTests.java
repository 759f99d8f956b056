package io.airlockapp.samples.orders;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;

import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistrar;
import org.springframework.transaction.support.TransactionTemplate;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the page and the payments of one instance, with an approver behind it.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "spring.datasource.url=jdbc:h2:mem:orders", "airlock.gateway.durable.polling-interval=200ms",
				"airlock.gateway.durable.calls-per-minute=6000" })
@AutoConfigureAirlockSimulator(patience = "30s")
class OrderPaymentsTests {

	@Autowired
	private OrderService service;

	@Autowired
	private OrderRepository orders;

	@Autowired
	private PaymentService payments;

	@Autowired
	private DurableApprovals approvals;

	@Autowired
	private AirlockSimulator simulator;

	@Autowired
	private SimulatedApprover approver;

	@Autowired
	private TransactionTemplate transaction;

	@Autowired
	private FakeBank bank;

	private OrderPage page;

	@BeforeEach
	void openPage(@LocalServerPort int port) {
		this.page = new OrderPage(port);
	}

	@Test
	void paysOnceApproved() throws Exception {
		long id = this.page.place("Ann Baker", "129.9");
		PendingRequest request = this.approver.awaitRequest();
		assertThat(this.approver).wasAskedTo("Payment")
			.hasDescription("Pay 129.90 EUR to %s for order %d".formatted(OrderPage.IBAN, id));
		assertThat(this.page.order(id)).contains("Waiting for approval", "129.90");
		assertThat(this.bank.transfers()).doesNotContainKey(request.requestId());
		this.approver.approve(request);
		awaitShown(id, "Paid", request.requestId());
		assertThat(order(id).state()).isEqualTo(Order.State.PAID);
		assertThat(this.bank.transfers().get(request.requestId())).contains(OrderPage.IBAN, "129.90");
	}

	@Test
	void paysALargeAmountOnceTwoPersonsApprove() throws Exception {
		SimulatedApprover ann = this.simulator.approver("ann");
		SimulatedApprover ben = this.simulator.approver("ben");
		long id = this.page.place("Ann Baker", "1000.01");
		ann.approve(ann.awaitRequest());
		PendingRequest request = ben.awaitRequest();
		assertThat(this.approver).wasNotAsked();
		awaitShown(id, "Waiting for approval", "1000.01", "1 of 2 approvals, ben is asked");
		assertThat(this.bank.transfers()).doesNotContainKey(order(id).requestId());
		ben.approve(request);
		awaitShown(id, "Paid", order(id).requestId());
		assertThat(this.bank.transfers().get(order(id).requestId())).contains(OrderPage.IBAN, "1000.01");
		assertThat(this.simulator).wasAskedAboutOneCall().hasQuorum(2).wasApprovedBy("ann", "ben");
	}

	@Test
	void paysNoLargeAmountIfOneOfTwoRejects() throws Exception {
		SimulatedApprover ann = this.simulator.approver("ann");
		SimulatedApprover ben = this.simulator.approver("ben");
		long id = this.page.place("Ann Baker", "2000");
		ann.approve(ann.awaitRequest());
		ben.reject(ben.awaitRequest(), "Wrong account");
		awaitShown(id, "Denied", "Wrong account");
		assertThat(this.bank.transfers()).doesNotContainKey(order(id).requestId());
	}

	@Test
	@ApproveAll
	void oneApprovalIsNotEnoughForALargeAmount() throws Exception {
		long id = this.transaction.execute((status) -> {
			long placed = this.orders.insert("Ann Baker", new BigDecimal("1000.01"), OrderPage.IBAN);
			this.approvals.recording(() -> this.payments.pay(placed, OrderPage.IBAN, new BigDecimal("1000.01")))
				.ifPresent((recorded) -> this.orders.setRequestId(placed, recorded.id()));
			return placed;
		});
		awaitShown(id, "Failed", "IllegalArgumentException");
		assertThat(this.bank.transfers()).doesNotContainKey(order(id).requestId());
	}

	@Test
	@RejectAll("<b>Wrong account</b>")
	void showsTheReasonOfADenialAsText() throws Exception {
		long id = this.page.place("<i>Ann</i> & Co", "20");
		awaitShown(id, "Denied", "&lt;b&gt;Wrong account&lt;/b&gt;", "&lt;i&gt;Ann&lt;/i&gt; &amp; Co");
		assertThat(order(id).state()).isEqualTo(Order.State.NOT_PAID);
		assertThat(this.bank.transfers()).doesNotContainKey(order(id).requestId());
	}

	@Test
	void cancelledPaymentIsWithdrawn() throws Exception {
		long id = this.page.place("Ann Baker", "20");
		PendingRequest request = this.approver.awaitRequest();
		assertThat(this.page.post("/cancel", Map.of("requestId", request.requestId()))).isEqualTo(302);
		awaitShown(id, "Cancelled");
		Awaitility.await().until(() -> order(id).state() == Order.State.NOT_PAID);
		assertThat(this.bank.transfers()).doesNotContainKey(request.requestId());
	}

	@Test
	@ApproveAll
	void orderThatIsNoLongerOpenIsNotPaid() throws Exception {
		long id = this.transaction.execute((status) -> {
			long placed = place();
			this.orders.markPaid(placed);
			return placed;
		});
		awaitShown(id, "Failed", "IllegalStateException");
		assertThat(this.bank.transfers()).doesNotContainKey(order(id).requestId());
	}

	@Test
	void rolledBackOrderRequestsNoApproval() {
		int before = this.orders.findNewest(100).size();
		this.transaction.executeWithoutResult((status) -> {
			place();
			assertThat(this.orders.findNewest(100)).hasSize(before + 1);
			status.setRollbackOnly();
		});
		assertThat(this.orders.findNewest(100)).hasSize(before);
		assertThat(this.approvals.find(DurableState.open(), null, 10)).isEmpty();
		assertThat(this.approver).wasNotAsked();
	}

	@ParameterizedTest
	@CsvSource({ "' ', 20, DE02120300000000202051", "Ann, a, DE02120300000000202051",
			"Ann, -20, DE02120300000000202051", "Ann, 0.001, DE02120300000000202051",
			"Ann, 100001, DE02120300000000202051", "Ann, 20, DE02" })
	void invalidOrderRequestsNoApproval(String customer, String amount, String account) throws Exception {
		assertThat(this.page.post("/", Map.of("customer", customer, "amount", amount, "account", account)))
			.isEqualTo(400);
		assertThat(this.approver).wasNotAsked();
	}

	@ParameterizedTest
	@ValueSource(strings = { "cross-site", "same-site" })
	void acceptsNoFormOfAnotherSite(String site) throws Exception {
		long id = this.page.place("Ann Baker", "20");
		String requestId = this.approver.awaitRequest().requestId();
		assertThat(this.page.post("/cancel", site, Map.of("requestId", requestId))).isEqualTo(404);
		assertThat(this.page.post("/resolve", site, Map.of("requestId", requestId, "resolution", "RAN")))
			.isEqualTo(404);
		assertThat(
				this.page.post("/", site, Map.of("customer", "Ann Baker", "amount", "20", "account", OrderPage.IBAN)))
			.isEqualTo(404);
		assertThat(this.orders.findNewest(1)).extracting(Order::id).containsExactly(id);
		assertThat(this.page.order(id)).contains("Waiting for approval");
		assertThat(this.approvals.cancel(requestId)).isTrue();
		awaitShown(id, "Cancelled");
	}

	private long place() {
		return this.service.place("Ann Baker", new BigDecimal("20.00"), OrderPage.IBAN);
	}

	private Order order(long id) {
		return this.orders.findNewest(100).stream().filter((order) -> order.id() == id).findFirst().orElseThrow();
	}

	private void awaitShown(long id, String... texts) {
		Awaitility.await().untilAsserted(() -> assertThat(this.page.order(id)).contains(texts));
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class BankConfiguration {

		@Bean
		FakeBank fakeBank() throws IOException {
			return FakeBank.start(0);
		}

		@Bean
		DynamicPropertyRegistrar bankProperties(FakeBank bank) {
			return (properties) -> properties.add("order-payments.bank.url", bank::url);
		}

	}

}
