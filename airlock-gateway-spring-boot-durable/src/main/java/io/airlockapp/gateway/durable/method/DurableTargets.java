/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.AdmittingApprovalGate;
import io.airlockapp.gateway.approval.guard.DurableCalls;
import io.airlockapp.gateway.approval.guard.DurableMethod;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.approval.verification.ExistingBeans;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.durable.argument.ArgumentRecorder;
import io.airlockapp.gateway.durable.argument.ArgumentRecorder.RecordedArguments;
import io.airlockapp.gateway.durable.argument.RebuiltArguments;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.Assert;
import org.springframework.util.function.SingletonSupplier;

/**
 * Holds the durable methods of beans, by their targets. As a {@link BeanPostProcessor}
 * without an order, it finds them when their proxies are complete, and refuses those
 * whose calls cannot be recorded.
 */
public final class DurableTargets implements BeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton {

	private final Map<String, Target> targets = new ConcurrentHashMap<>();

	private final Supplier<ArgumentRecorder> recorder;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private volatile boolean started;

	/**
	 * Create the targets.
	 * @param jsonMapper the mapper that writes the arguments
	 * @param snapshotWriter the writer with which arguments are compared
	 */
	public DurableTargets(Supplier<JsonMapper> jsonMapper, Supplier<SnapshotWriter> snapshotWriter) {
		this.recorder = SingletonSupplier.of(() -> new ArgumentRecorder(jsonMapper.get(), snapshotWriter.get()));
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	private ConfigurableListableBeanFactory getBeanFactory() {
		Assert.state(this.beanFactory != null, "The bean factory was not set");
		return this.beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		List<DurableMethod> durable = DurableMethod.of(bean);
		RestartChecks.requireDurable(bean, durable);
		for (DurableMethod method : durable) {
			add(method, bean, beanName);
		}
		return bean;
	}

	/**
	 * Add also the methods of beans that another post-processor needed, which were
	 * created before this one processed any.
	 * @throws UnguardableMethodException if calls of a method cannot be recorded
	 */
	@Override
	public void afterSingletonsInstantiated() {
		ExistingBeans.forEach(getBeanFactory(), (bean, name) -> {
			List<DurableMethod> durable = DurableMethod.of(bean);
			RestartChecks.requireDurable(bean, durable);
			durable.stream()
				.filter((method) -> !this.targets.containsKey(name(name, method.method())))
				.forEach((method) -> add(method, bean, name));
		});
		this.started = true;
		this.targets.values().forEach(this::verifyArguments);
	}

	private void add(DurableMethod method, Object bean, String beanName) {
		boolean restartable = RestartChecks.isRestartable(method.method());
		refuseIf(findObstacle(method, bean, beanName, restartable), method, beanName);
		Target target = new Target(name(beanName, method.method()), method, restartable);
		this.targets.put(target.name(), target);
		// Later during the start: the recorder looks for beans by type, and Spring then
		// creates factories of unknown types, into which this bean may be injected
		if (this.started) {
			verifyArguments(target);
		}
	}

	private @Nullable String findObstacle(DurableMethod method, Object bean, String beanName, boolean restartable) {
		if (!getBeanFactory().containsBean(beanName) || !getBeanFactory().isSingleton(beanName)) {
			return "the bean is not a singleton, so that another instance of the application cannot find it; make it a "
					+ "singleton";
		}
		return TransactionChecks.findObstacle(bean, method, restartable);
	}

	private static void refuseIf(@Nullable String obstacle, DurableMethod method, String beanName) {
		if (obstacle != null) {
			throw UnguardableMethodException
				.ofObstacle("%s of bean '%s' cannot be durable: ".formatted(method, beanName), obstacle);
		}
	}

	private void verifyArguments(Target target) {
		DurableMethod method = target.method();
		refuseIf(this.recorder.get().findObstacle(method.method(), method.type()), method, beanName(target.name()));
	}

	private static String beanName(String target) {
		// The name of a bean may contain the separator
		return target.substring(0, Math.max(0, target.lastIndexOf('#')));
	}

	private static String name(String beanName, Method method) {
		return beanName + "#" + method.getName()
				+ Arrays.stream(method.getParameterTypes())
					.map(Class::getTypeName)
					.collect(Collectors.joining(",", "(", ")"));
	}

	/**
	 * Return whether there are durable methods.
	 * @return whether at least one was found
	 */
	public boolean isEmpty() {
		return this.targets.isEmpty();
	}

	/**
	 * Verify the groups of approvers of the methods.
	 * @param groups the configured groups
	 * @param defaultTimeout the time to decide if neither a method nor its group
	 * specifies one
	 */
	public void requireApprovers(ApproverGroups groups, Duration defaultTimeout) {
		this.targets.values().forEach((target) -> target.method().requireApprovers(groups, defaultTimeout));
	}

	ArgumentRecorder recorder() {
		return this.recorder.get();
	}

	/**
	 * Return the target of a call.
	 * @param proxy the called proxy
	 * @param call the call
	 * @return the target
	 * @throws InvalidApprovalUsageException if the method is not that of a bean
	 */
	public Target require(Object proxy, DurableCalls.Call call) {
		Target called = this.targets.values()
			.stream()
			.filter((target) -> target.method().isCalledBy(proxy, call))
			.findFirst()
			.orElseThrow(() -> new InvalidApprovalUsageException(
					"%s cannot be recorded, because the called object is not a bean".formatted(call)));
		if (!this.started) {
			verifyArguments(called);
		}
		return called;
	}

	/**
	 * Write a call in the form in which it is stored. Its arguments are rebuilt for this
	 * and compared. What the approver sees are those, since they are what runs.
	 * @param target the target
	 * @param call the call
	 * @return the call as stored
	 * @throws InvalidApprovalUsageException if the current thread must not wait for a
	 * database, or the arguments cannot be rebuilt
	 */
	public WrittenCall write(Target target, DurableCalls.Call call) {
		if (AdmittingApprovalGate.isInEventLoop()) {
			throw new InvalidApprovalUsageException(
					("%s was called in an event loop's thread, which must not wait for a database. Call it on "
							+ "Schedulers.boundedElastic(), or in Kotlin in runInterruptible(Dispatchers.IO)")
						.formatted(call));
		}
		RecordedArguments recorded = recorder().record(call.arguments(), call.masking());
		// A rebuilt container can have another class, by which a description shows it
		RebuiltArguments rebuilt = recorded.rebuilt();
		return new WrittenCall(target.name(), call.toRequest(rebuilt.arguments(), rebuilt.snapshot()), recorded.text(),
				recorder().comparable(recorded.text()), call.findRequester());
	}

	/**
	 * Find a target. If its bean is created lazily, it is created.
	 * @param name the name of the target
	 * @return the target, or {@code null} if there is none
	 */
	@Nullable Target find(String name) {
		Target target = this.targets.get(name);
		String beanName = beanName(name);
		if (target == null && getBeanFactory().containsBean(beanName) && getBeanFactory().isSingleton(beanName)) {
			getBeanFactory().getBean(beanName);
			target = this.targets.get(name);
		}
		return target;
	}

	/**
	 * Durable method of a bean.
	 *
	 * @param name the name, as in the plaintext
	 * @param method the method
	 * @param restartable whether the method has {@link RestartUncommitted}
	 */
	public record Target(String name, DurableMethod method, boolean restartable) {
	}

}
