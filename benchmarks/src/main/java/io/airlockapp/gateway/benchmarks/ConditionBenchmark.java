/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks;

import java.math.BigDecimal;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.benchmarks.condition.ConditionApplication;
import io.airlockapp.gateway.benchmarks.condition.GuardedRefundService;
import io.airlockapp.gateway.benchmarks.condition.PlainRefundService;
import io.airlockapp.gateway.benchmarks.condition.SecuredRefundService;
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
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Benchmark of the invocation of a guarded method that requires no approval, since its
 * condition is {@code false}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class ConditionBenchmark {

	private static final String ORDER = "A-17";

	private static final BigDecimal AMOUNT = new BigDecimal("2.50");

	private ConfigurableApplicationContext context;

	private GuardedRefundService guarded;

	private SecuredRefundService secured;

	private PlainRefundService plain;

	/**
	 * Start the application, and authenticate a user.
	 */
	@Setup
	public void start() {
		this.context = ConditionApplication.start();
		this.guarded = this.context.getBean(GuardedRefundService.class);
		this.secured = this.context.getBean(SecuredRefundService.class);
		this.plain = this.context.getBean(PlainRefundService.class);
		SecurityContextHolder.getContext()
			.setAuthentication(UsernamePasswordAuthenticationToken.authenticated("anna", null,
					AuthorityUtils.createAuthorityList("ROLE_USER")));
	}

	/**
	 * Stop the application, and clear the authentication.
	 */
	@TearDown
	public void stop() {
		SecurityContextHolder.clearContext();
		this.context.close();
	}

	/**
	 * Invoke a guarded method whose condition is {@code false}.
	 * @return its result
	 */
	@Benchmark
	public BigDecimal guarded() {
		return this.guarded.refund(ORDER, AMOUNT);
	}

	/**
	 * Invoke a method that Spring Security authorizes by the same expression.
	 * @return its result
	 */
	@Benchmark
	public BigDecimal preAuthorized() {
		return this.secured.refund(ORDER, AMOUNT);
	}

	/**
	 * Invoke a method of a bean without a proxy.
	 * @return its result
	 */
	@Benchmark
	public BigDecimal plain() {
		return this.plain.refund(ORDER, AMOUNT);
	}

}
