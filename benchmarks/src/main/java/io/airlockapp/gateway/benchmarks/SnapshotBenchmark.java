/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.approval.snapshot.ArgumentSnapshot;
import io.airlockapp.gateway.approval.snapshot.Masking;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.json.JsonMapper;

/**
 * Benchmark of the snapshot of an argument, which is read twice, and once more before the
 * method is invoked.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SnapshotBenchmark {

	/**
	 * The name of the method that takes the argument.
	 */
	@Param({ "record", "bean" })
	public String argument;

	private final SnapshotWriter writer = new SnapshotWriter(new JsonMapper());

	private final Masking masking = new Masking();

	private MethodArguments arguments;

	private ArgumentSnapshot taken;

	/**
	 * Create the argument.
	 * @throws NoSuchMethodException if there is no method that takes it
	 */
	@Setup
	public void create() throws NoSuchMethodException {
		boolean bean = this.argument.equals("bean");
		Method method = Payments.class.getDeclaredMethod("pay", bean ? Order.class : Payment.class);
		this.arguments = new MethodArguments(Payments.class, method,
				new Object[] { bean ? new Order() : Payment.create() });
		this.taken = this.writer.snapshot(this.arguments, this.masking);
		this.taken.get(0);
	}

	/**
	 * Take the snapshot that is shown.
	 * @return the snapshot
	 */
	@Benchmark
	public SnapshotNode take() {
		return this.writer.snapshot(this.arguments, this.masking).get(0);
	}

	/**
	 * Compare the argument with its snapshot.
	 * @return what has changed
	 */
	@Benchmark
	public String compare() {
		return this.taken.findChange();
	}

	static class Payments {

		void pay(Payment payment) {
		}

		void pay(Order order) {
		}

	}

	record Payment(String order, BigDecimal amount, String currency, LocalDate due, boolean express) {

		static Payment create() {
			return new Payment("A-17", new BigDecimal("2.50"), "EUR", LocalDate.of(2026, 1, 31), true);
		}

	}

	record Line(String article, int count) {
	}

	/**
	 * Bean with three lists of three elements each.
	 */
	static class Order {

		private final List<Line> lines = List.of(new Line("A", 1), new Line("B", 2), new Line("C", 3));

		private final List<String> notes = List.of("first", "second", "third");

		private final List<BigDecimal> prices = List.of(BigDecimal.ONE, new BigDecimal("2.50"), BigDecimal.TEN);

		public List<Line> getLines() {
			return this.lines;
		}

		public List<String> getNotes() {
			return this.notes;
		}

		public List<BigDecimal> getPrices() {
			return this.prices;
		}

	}

}
