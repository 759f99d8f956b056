/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks;

import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.benchmarks.refund.RefundApplication;
import io.airlockapp.gateway.benchmarks.refund.RefundService;
import io.airlockapp.gateway.benchmarks.wire.GatewayProcess;
import io.airlockapp.gateway.benchmarks.wire.GatewayRoundTrips;
import io.airlockapp.gateway.benchmarks.wire.HandWrittenApprovals;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * Benchmark of one approval that is given immediately: encrypt, submit, wait, verify,
 * acknowledge. All variants send the acknowledgement in the background.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 10)
@Measurement(iterations = 5, time = 10)
public class ApprovalCycleBenchmark {

	private static final String ORDER = "A-17";

	private static final BigDecimal AMOUNT = new BigDecimal("2.50");

	private static final String COMMAND = "RefundService.refund(order=A-17, amount=2.50)";

	private static final String DESCRIPTION = "Refund 2.50 for order A-17";

	private GatewayProcess gateway;

	private ConfigurableApplicationContext context;

	private RefundService service;

	private AirlockGatewayTemplate template;

	private HandWrittenApprovals handWritten;

	private GatewayRoundTrips roundTrips;

	/**
	 * Start the gateway and its clients.
	 * @throws Exception if one of them does not start
	 */
	@Setup
	public void start() throws Exception {
		this.gateway = GatewayProcess.start();
		Map<String, String> pairing = this.gateway.properties();
		this.context = RefundApplication.start(pairing);
		this.service = this.context.getBean(RefundService.class);
		this.template = this.context.getBean(AirlockGatewayTemplate.class);
		this.handWritten = new HandWrittenApprovals(pairing);
		this.roundTrips = new GatewayRoundTrips(pairing);
	}

	/**
	 * Stop the gateway and its clients.
	 * @throws Exception if the gateway does not end
	 */
	@TearDown
	public void stop() throws Exception {
		this.context.close();
		this.handWritten.close();
		this.gateway.close();
	}

	/**
	 * Invoke a guarded method.
	 * @return its result
	 */
	@Benchmark
	public long guardedMethod() {
		return this.service.refund(ORDER, AMOUNT);
	}

	/**
	 * Request an approval by the template.
	 * @return whether it was approved
	 */
	@Benchmark
	public boolean template() {
		return this.template
			.requestApproval(ApprovalRequest.builder("Refund", COMMAND).description(DESCRIPTION).build())
			.isApproved();
	}

	/**
	 * Request an approval without the starter.
	 * @return whether it was approved
	 * @throws Exception if the decision does not verify
	 */
	@Benchmark
	public boolean byHand() throws Exception {
		return this.handWritten.request(COMMAND, DESCRIPTION);
	}

	/**
	 * Send the HTTP requests of an approval and nothing else.
	 * @return the decision, not parsed
	 * @throws Exception if the gateway does not respond
	 */
	@Benchmark
	public String callsAlone() throws Exception {
		return this.roundTrips.exchange();
	}

}
