/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.function.Consumer;

import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.function.ThrowingSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Declaration}.
 */
class DeclarationTests {

	@Test
	void inheritedMethodIsNamedByTheClass() {
		assertThat(of(Accounts.class, "delete")).hasToString("Accounts.delete");
		assertThat(of(Bills.class, "delete")).hasToString("Bills.delete");
		assertThat(of(Accounts.class, "delete").key()).isNotEqualTo(of(Bills.class, "delete").key());
	}

	@Test
	void defaultMethodIsNamedByTheClass() {
		assertThat(of(Accounts.class, "clear")).hasToString("Accounts.clear");
	}

	@Test
	void implementationOfTwoInterfacesIsNamedByTheClass() {
		assertThat(of(Both.class, "find")).hasToString("Both.find");
	}

	@Test
	void proxyOfAClassIsNamedByTheClass() {
		ProxyFactory factory = new ProxyFactory(new Accounts());
		factory.setProxyTargetClass(true);
		Class<?> type = AopUtils.getTargetClass(factory.getProxy());
		assertThat(of(type, "delete")).hasToString("Accounts.delete");
	}

	@Test
	void proxyIsNamedByItsOwnInterface() {
		assertThat(of(proxy(People.class), "find")).hasToString("People.find");
		assertThat(of(proxy(Places.class), "find")).hasToString("Places.find");
		assertThat(of(proxy(People.class), "find").key()).isNotEqualTo(of(proxy(Places.class), "find").key());
		assertThat(of(proxy(People.class), "clear")).hasToString("People.clear");
	}

	@Test
	void proxyOfSeveralInterfacesIsNamedByTheMostSpecificThatHasTheMethod() {
		assertThat(of(proxy(Marker.class, Finder.class, People.class), "find")).hasToString("People.find");
		assertThat(of(proxy(People.class, Marker.class, Finder.class), "find")).hasToString("People.find");
		assertThat(of(proxy(People.class, Marker.class), "mark")).hasToString("Marker.mark");
		assertThat(of(proxy(Finder.class, KnownPeople.class), "find")).satisfies((declaration) -> {
			assertThat(declaration).hasToString("KnownPeople.find");
			assertThat(declaration.method().getDeclaringClass()).isEqualTo(KnownPeople.class);
		});
	}

	@Test
	void proxyOfAProxyIsNamedByItsOwnInterface() {
		ProxyFactory factory = new ProxyFactory(People.class, (MethodInterceptor) (invocation) -> null);
		Class<?> type = AopUtils.getTargetClass(new ProxyFactory(factory.getProxy()).getProxy());
		assertThat(of(type, "find")).hasToString("People.find");
	}

	@Test
	void methodOfUnrelatedInterfacesIsNamedByCommonSuperinterface() {
		assertThat(of(proxy(People.class, Places.class), "find")).hasToString("Finder.find");
		assertThat(of(proxy(Places.class, People.class), "find")).hasToString("Finder.find");
	}

	@Test
	void lambdaExpressionIsNamedByInterfaceAndHasOwnKey() {
		Job first = (name) -> {
		};
		Job second = (name) -> {
		};
		assertThat(of(first.getClass(), "accept")).hasToString("Job.accept");
		assertThat(of(first.getClass(), "accept").key()).isNotEqualTo(of(second.getClass(), "accept").key());
	}

	@Test
	void keysOfOverloadsAndClassesWithSameNameDiffer() {
		Declaration text = Declaration.of(method(Accounts.class, "move", String.class), Accounts.class);
		Declaration number = Declaration.of(method(Accounts.class, "move", int.class), Accounts.class);
		Declaration other = Declaration.of(method(Elsewhere.Accounts.class, "move", int.class),
				Elsewhere.Accounts.class);
		assertThat(text).hasToString("Accounts.move");
		assertThat(number).hasToString("Accounts.move");
		assertThat(other).hasToString("Accounts.move");
		assertThat(number.key()).isNotEqualTo(text.key()).isNotEqualTo(other.key());
	}

	private static Class<?> proxy(Class<?>... interfaces) {
		return Proxy
			.newProxyInstance(DeclarationTests.class.getClassLoader(), interfaces, (proxy, method, arguments) -> null)
			.getClass();
	}

	private static Declaration of(Class<?> type, String name) {
		Method method = Arrays.stream(type.getMethods())
			.filter((candidate) -> candidate.getName().equals(name) && !candidate.isBridge())
			.findFirst()
			.orElseThrow();
		return Declaration.of(method, type);
	}

	private static Method method(Class<?> type, String name, Class<?>... parameters) {
		try {
			return type.getMethod(name, parameters);
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public interface Clearing {

		default void clear() {
		}

	}

	public abstract static class Base<T> implements Clearing {

		public void delete(T id) {
		}

	}

	public static class Accounts extends Base<Integer> {

		public void move(String to) {
		}

		public void move(int to) {
		}

	}

	public static class Bills extends Base<Integer> {

	}

	static class Elsewhere {

		public static class Accounts {

			public void move(int to) {
			}

		}

	}

	public interface Finder<T> extends Clearing {

		T find(int id);

	}

	public interface OtherFinder {

		Object find(int id);

	}

	public static class Found {

		public Object find(int id) {
			return id;
		}

	}

	public static class Both extends Found implements Finder<Object>, OtherFinder {

	}

	public interface Marker {

		void mark();

	}

	public interface People extends Finder<String> {

	}

	public interface KnownPeople extends People {

		@Override
		String find(int number);

	}

	public interface Places extends Finder<String> {

	}

	public interface Job extends Consumer<String> {

	}

}
